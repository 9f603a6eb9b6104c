import { sleep } from '@k4e/core';
import { DRAIN_TIME_LIMIT_MS, EVENT_FLUSH_LIMIT_MS } from '@k4e/core/reconcile';
import type { OperatorConfig } from '../config/index.ts';
import type { OpsServer } from '../http/index.ts';
import type { LifecycleStep } from '../lifecycle/index.ts';
import type { OperatorParts } from './operator-parts.ts';

/** What a step gets on top of what its own parts allow themselves. */
const MARGIN_MS = 2_000;
/** How long the ops servers, and the store, may take to close. */
const CLOSE_LIMIT_MS = 5_000;

/** What runs in an operator. */
export interface Running {
  readonly opsServers: readonly OpsServer[];
  /** Ends the controllers; `leading` resolves when they have ended and the lease is released. */
  readonly controllers: AbortController;
  readonly leading: Promise<void>;
  /** Ends the caches; `watching` resolves when they have ended and events are written. */
  readonly caches: AbortController;
  readonly watching: Promise<void>;
}

/**
 * How an operator stops, in this order: nobody sends it requests any more, it takes none, those under way are answered,
 * another replica may lead, what happened is told, and only then does it let go of what all of that needed.
 */
export function stopSteps(config: OperatorConfig, parts: OperatorParts, running: Running): readonly LifecycleStep[] {
  const { clock, readiness, edgeServer, buckets, store } = parts;
  const readinessDelayMs = config.shutdown.readinessDelaySeconds * 1_000;
  return [
    {
      name: 'withdraw readiness',
      deadlineMs: readinessDelayMs + MARGIN_MS,
      run: ({ signal }) => {
        readiness.withdraw();
        return sleep(clock, readinessDelayMs, { signal });
      },
    },
    {
      name: 'drain the edge API',
      deadlineMs: config.shutdown.drainSeconds * 1_000,
      run: (options) => edgeServer.close(options),
    },
    {
      name: 'end the controllers and release the lease',
      deadlineMs: DRAIN_TIME_LIMIT_MS + MARGIN_MS,
      run: () => {
        running.controllers.abort();
        return running.leading;
      },
    },
    {
      name: 'write the last events and end the caches',
      deadlineMs: EVENT_FLUSH_LIMIT_MS + MARGIN_MS,
      run: () => {
        running.caches.abort();
        return running.watching;
      },
    },
    {
      name: 'end probes and metrics',
      deadlineMs: CLOSE_LIMIT_MS,
      run: (options) => Promise.all(running.opsServers.map((server) => server.close(options))),
    },
    { name: 'let go of buckets', deadlineMs: CLOSE_LIMIT_MS, run: () => buckets.close() },
    { name: 'close the store', deadlineMs: CLOSE_LIMIT_MS, run: () => store.close() },
  ];
}
