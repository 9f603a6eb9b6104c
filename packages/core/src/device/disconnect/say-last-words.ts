import type { CallOptions, Clock, DeviceLink } from '../../ports/index.ts';
import { HEARTBEAT_DIRECTIVE, createMessage } from '../../protocol/index.ts';
import { withDeadline } from '../../reconcile/index.ts';
import { assembleHeartbeat } from '../heartbeat/index.ts';
import type { EventQueue } from '../heartbeat/index.ts';

/** Time allowed for it, in milliseconds. */
export const LAST_WORDS_LIMIT_MS = 10_000;

/** What it takes to say them. `uuid` gives message ids. */
export interface LastWordsParts {
  readonly link: DeviceLink;
  readonly clock: Clock;
  readonly uuid: () => string;
  /** Of the configuration that was in force. */
  readonly version: string | undefined;
  /** As in every heartbeat: what the last one does not name the device does not do. */
  readonly features: readonly string[];
  readonly events: EventQueue;
}

/** A last heartbeat, with the events that wait; the regular ones have ended. Rejects as the link does, or with `TIMEOUT`. */
export async function sayLastWords(
  { link, clock, uuid, version, features, events }: LastWordsParts,
  { signal }: CallOptions = {},
): Promise<void> {
  const [nowMs, monotonicMs] = [clock.nowMs(), clock.monotonicMs()];
  const batch = events.batch();
  const { heartbeat: content } = assembleHeartbeat({
    nowMs,
    monotonicMs,
    version,
    workloads: [],
    uploads: new Map(),
    features,
    isTroubled: true,
    hardware: undefined,
    events: batch.events,
  });
  const message = createMessage({ type: 'data', directive: HEARTBEAT_DIRECTIVE, content }, { nowMs, id: uuid() });
  await withDeadline({ clock, limitMs: LAST_WORDS_LIMIT_MS, subject: 'last heartbeat', signal }, (inner) =>
    link.send('data', message, { signal: inner }),
  );
  batch.acknowledge();
}
