import { errorText, sleep } from '../../foundation/index.ts';
import type { Clock, Logger, MetricsSink, ResourceStore } from '../../ports/index.ts';
import { createInformer } from '../../reconcile/index.ts';
import { CONFIG_MAP } from '../../resources/index.ts';
import type { ConfigMapResource } from '../../resources/index.ts';
import type { LivenessTracker } from './liveness.ts';

/** How often a replica that does not lead tells whom it heard. */
export const PUBLISH_INTERVAL_MS = 2_000;
/** Most devices that one message names; the others come with the next. 10,000 names are well below the size of a ConfigMap. */
export const MAX_PUBLISHED_DEVICES = 10_000;
/** Age at which the message of a replica that is gone is removed. */
const STALE_AFTER_MS = 600_000;

const LABEL = 'k4e.io/heard-devices';
const OWNER = 'k4e-liveness';

/** Which replica of the operator this is, and where replicas meet. */
export interface Replica {
  /** A DNS label, unique among the replicas. */
  readonly id: string;
  readonly namespace: string;
}

/** What the exchange needs. */
export interface LivenessExchangeParts {
  readonly store: ResourceStore;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: MetricsSink;
  readonly liveness: LivenessTracker;
  readonly replica: Replica;
  /** Whether this replica runs the controllers: it needs to know, and has nobody to tell. */
  readonly leads: () => boolean;
}

/**
 * Heartbeats reach any replica, and those that change nothing are written nowhere; but only the leader judges who is
 * silent. So each other replica keeps one small ConfigMap with the devices that it heard lately, all in one write. A
 * single replica writes none.
 */
export function createLivenessExchange(parts: LivenessExchangeParts): {
  run(options: { readonly signal: AbortSignal }): Promise<void>;
} {
  const { store, clock, logger, liveness, replica, leads } = parts;
  const { namespace } = replica;
  const name = `k4e-heard-${replica.id}`;
  const messages = createInformer({ ...parts, kind: CONFIG_MAP, scope: { namespace, labelSelector: `${LABEL}=true` } });

  /** Keys that the store did not take yet: they come with the next message. */
  let untold: readonly string[] = [];

  const listen = (previous: ConfigMapResource | undefined, current: ConfigMapResource | undefined): void => {
    const isOld = previous === undefined && !messages.hasSynced();
    if (current === undefined || current.metadata.name === name || isOld) return;
    for (const key of (current.data?.devices ?? '').split('\n')) if (key !== '') liveness.heardElsewhere(key);
  };

  async function publish(signal: AbortSignal): Promise<void> {
    const further = liveness.takeHeard(MAX_PUBLISHED_DEVICES - untold.length);
    untold = leads() ? [] : [...new Set([...untold, ...further])];
    if (untold.length === 0) return;
    const at = new Date(clock.nowMs()).toISOString();
    const message = {
      metadata: { name, namespace, labels: { [LABEL]: 'true' } },
      data: { at, devices: untold.join('\n') },
    };
    await store.apply(CONFIG_MAP, message, { owner: OWNER, force: true, signal });
    untold = [];
  }

  async function removeStale(signal: AbortSignal): Promise<void> {
    for (const { metadata, data } of messages.list()) {
      const ageMs = clock.nowMs() - Date.parse(data?.at ?? '');
      if (leads() && ageMs > STALE_AFTER_MS) await store.delete(CONFIG_MAP, metadata, { signal });
    }
  }

  async function tell(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await sleep(clock, PUBLISH_INTERVAL_MS, { signal })
        .then(() => publish(signal))
        .then(() => removeStale(signal))
        .catch((error: unknown) => {
          if (!signal.aborted) logger.warn('whom this replica heard could not be told', { error: errorText(error) });
        });
    }
  }

  messages.onChange(listen);
  return {
    async run({ signal }) {
      await Promise.all([messages.run({ signal }), tell(signal)]);
    },
  };
}
