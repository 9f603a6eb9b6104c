import { backoffDelayMs, errorCode, errorText, hasCode, sleep } from '../foundation/index.ts';
import type { Backoff } from '../foundation/index.ts';
import type { Clock, Logger, ResourceScope, ResourceStore, WatchEvent } from '../ports/index.ts';
import type { Resource, ResourceKind } from '../resources/index.ts';
import { startIdleWatchdog } from './idle-watchdog.ts';
import { untilAborted } from './until-aborted.ts';
import { withDeadline } from './with-deadline.ts';

/** Longest that a list may take. */
export const LIST_TIME_LIMIT_MS = 60_000;
/** A watch that says nothing for so long, not even a bookmark, is taken for dead and started again. */
export const WATCH_IDLE_LIMIT_MS = 600_000;
/** A watch that lived for so long worked: the next one starts at once. */
export const HEALTHY_WATCH_MS = 1_000;
/** Failures in a row after which even a version that nobody called expired is given up, and all is listed again. */
export const RELIST_AFTER_FAILURES = 8;
/** Waits between tries, unless told otherwise. */
export const DEFAULT_FOLLOW_BACKOFF: Backoff = { firstMs: 100, maxMs: 30_000, factor: 2, jitter: 0.5 };

/** Why what was known had to be fetched again. */
export type RestartReason = 'ended' | 'expired' | 'unavailable' | 'failed';

/** What to follow, and who listens. The listeners are called one after the other and waited for; they must not throw. */
export interface FollowOptions<T extends Resource> {
  readonly store: Pick<ResourceStore, 'list' | 'watch'>;
  readonly kind: ResourceKind<T>;
  readonly scope: ResourceScope;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly backoff: Backoff;
  readonly random: () => number;
  /** All there is: whatever is not among it is gone. */
  readonly onList: (items: readonly T[]) => Promise<void>;
  readonly onEvent: (event: WatchEvent<T>) => Promise<void> | void;
  readonly onRestart: (reason: RestartReason) => void;
}

/** Lists and then watches, starting again whenever that ends, until `signal` fires. Never rejects. */
export async function followResources<T extends Resource>(
  options: FollowOptions<T>,
  { signal }: { readonly signal: AbortSignal },
): Promise<void> {
  const { clock, backoff, random } = options;
  const follower = new Follower(options);
  let failures = 0;
  while (!signal.aborted) {
    const { reason, watchedMs } = await follower.follow(signal);
    if (reason === 'stopped') return;
    options.onRestart(reason);
    failures = watchedMs >= HEALTHY_WATCH_MS ? 0 : failures + 1;
    if (failures >= RELIST_AFTER_FAILURES) follower.forgetVersion();
    if (failures > 0) await sleep(clock, backoffDelayMs(backoff, failures, random), { signal }).catch(() => undefined);
  }
}

/** How a watch ended, and how long it was open. */
interface Life {
  readonly reason: RestartReason | 'stopped';
  readonly watchedMs: number;
}

class Follower<T extends Resource> {
  readonly #options: FollowOptions<T>;
  #version: string | undefined;
  #watchedMs = 0;

  constructor(options: FollowOptions<T>) {
    this.#options = options;
  }

  forgetVersion(): void {
    this.#version = undefined;
  }

  /** One life of a watch, with a list before it where the version to watch from is not known. */
  async follow(signal: AbortSignal): Promise<Life> {
    this.#watchedMs = 0;
    const reason = await this.#listAndWatch(signal).catch((error: unknown) => this.#failed(error, signal));
    return { reason, watchedMs: this.#watchedMs };
  }

  async #listAndWatch(signal: AbortSignal): Promise<Life['reason']> {
    this.#version ??= await this.#list(signal);
    await this.#watch(this.#version, signal);
    return signal.aborted ? 'stopped' : 'ended';
  }

  async #list(signal: AbortSignal): Promise<string> {
    const { store, kind, scope, clock, onList } = this.#options;
    const deadline = { clock, limitMs: LIST_TIME_LIMIT_MS, signal, subject: kind.plural };
    const list = await withDeadline(deadline, (inner) => store.list(kind, scope, { signal: inner }));
    await onList(list.items);
    return list.resourceVersion;
  }

  async #watch(resourceVersion: string, signal: AbortSignal): Promise<void> {
    const { store, kind, scope, clock } = this.#options;
    const startedAtMs = clock.monotonicMs();
    const stop = new AbortController();
    const onAbort = (): void => stop.abort();
    signal.addEventListener('abort', onAbort, { once: true });
    const watchdog = startIdleWatchdog({ clock, limitMs: WATCH_IDLE_LIMIT_MS, onIdle: onAbort });
    try {
      const events = store.watch(kind, scope, { resourceVersion, signal: stop.signal });
      for await (const event of untilAborted(events, stop.signal)) {
        watchdog.feed();
        await this.#tell(event);
      }
    } finally {
      this.#watchedMs = clock.monotonicMs() - startedAtMs;
      watchdog.stop();
      signal.removeEventListener('abort', onAbort);
      stop.abort();
    }
  }

  #tell(event: WatchEvent<T>): Promise<void> | void {
    const version = event.type === 'bookmark' ? event.resourceVersion : event.resource.metadata.resourceVersion;
    this.#version = version ?? this.#version;
    return this.#options.onEvent(event);
  }

  #failed(error: unknown, signal: AbortSignal): Life['reason'] {
    const { kind, logger } = this.#options;
    if (signal.aborted) return 'stopped';
    const fields = { kind: kind.kind, code: errorCode(error), error: errorText(error) };
    if (hasCode(error, 'STORE_UNAVAILABLE') || hasCode(error, 'TIMEOUT')) {
      logger.warn('the resource store is not available; trying again', fields);
      return 'unavailable';
    }
    this.forgetVersion();
    if (hasCode(error, 'VERSION_EXPIRED')) logger.info('the watched version has expired; listing again', fields);
    else logger.warn('following failed; listing again', fields);
    return hasCode(error, 'VERSION_EXPIRED') ? 'expired' : 'failed';
  }
}
