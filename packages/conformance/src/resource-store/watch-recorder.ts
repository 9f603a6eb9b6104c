import type { ResourceScope, ResourceStore, WatchEvent } from '@k4e/core/ports';
import type { Resource, ResourceKind } from '@k4e/core/resources';

/** Milliseconds that a test waits for an event at most. */
const DEADLINE_MS = 30_000;

/** A watch that writes down what it sees, and watches again where the store ended it. */
export interface WatchRecorder<T extends Resource> {
  readonly events: readonly WatchEvent<T>[];
  /** Changes as `added name`, `modified name`, `deleted name`. */
  readonly changes: () => readonly string[];
  /** Resolves once `isEnough` holds; rejects after a deadline, or when the watch failed. */
  until(isEnough: () => boolean): Promise<void>;
  /** Ends the watch; rejects with what it failed with, if it did. */
  stop(): Promise<void>;
}

/** Watches from `resourceVersion` until stopped. */
export function recordWatch<T extends Resource>(
  store: ResourceStore,
  kind: ResourceKind<T>,
  scope: ResourceScope,
  resourceVersion: string,
): WatchRecorder<T> {
  const events: WatchEvent<T>[] = [];
  const controller = new AbortController();
  const { signal } = controller;
  let changed = Promise.withResolvers<undefined>();
  const run = async (): Promise<void> => {
    let from = resourceVersion;
    while (!signal.aborted) {
      for await (const event of store.watch(kind, scope, { resourceVersion: from, signal })) {
        from = event.type === 'bookmark' ? event.resourceVersion : (event.resource.metadata.resourceVersion ?? from);
        events.push(event);
        changed.resolve(undefined);
        changed = Promise.withResolvers();
      }
    }
  };
  const running = run();
  running.catch(() => undefined);
  return {
    events,
    changes: () =>
      events.flatMap((event) => (event.type === 'bookmark' ? [] : [`${event.type} ${event.resource.metadata.name}`])),
    async until(isEnough) {
      const timer = AbortSignal.timeout(DEADLINE_MS);
      const late = new Promise<never>((_resolve, reject) => {
        timer.addEventListener('abort', () => {
          reject(new Error(`no such event in time; seen: ${JSON.stringify(events.map((event) => event.type))}`));
        });
      });
      late.catch(() => undefined);
      while (!isEnough()) await Promise.race([changed.promise, running, late]);
    },
    async stop() {
      controller.abort();
      await running;
    },
  };
}
