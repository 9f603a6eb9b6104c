import type { RegisteredWorker } from '../../ports/index.ts';
import type { ConnectionStatus } from '../../protocol/index.ts';

/** What a machine is called, by those who gave it a name (wire: `canonical_facts`). */
export type CanonicalFacts = NonNullable<ConnectionStatus['canonical_facts']>;

/** What a gateway says of itself. */
export interface GatewayFacts {
  readonly facts: CanonicalFacts;
  readonly workers: readonly RegisteredWorker[];
  readonly tags: Readonly<Record<string, string>>;
}

/** The connection status of a gateway that is there (wire). */
export function onlineStatus({ facts, workers, tags }: GatewayFacts): ConnectionStatus {
  const dispatchers = Object.fromEntries(workers.map(({ handler, features }) => [handler, { ...features }]));
  return { canonical_facts: facts, dispatchers, state: 'online', tags };
}
