import type { CallOptions, Clock, Logger, ResourceStore } from '../ports/index.ts';
import type { EventRequest } from './compose-event.ts';
import type { RateLimit } from './token-bucket.ts';

/** Events about one resource: this many at once, then one every five minutes. Repeats that are left out still count. */
export const OBJECT_EVENT_RATE: RateLimit = { burst: 25, perSecond: 1 / 300 };
/** Events written in all. */
export const EVENT_WRITE_RATE: RateLimit = { burst: 200, perSecond: 50 };
/** Events that wait to be written; those that come on top are dropped. */
export const MAX_PENDING_EVENTS = 5_000;
/** Events whose repeats are counted, and resources whose rate is kept; what was not heard of the longest is forgotten. */
export const MAX_TRACKED_EVENTS = 4_096;
/** Tries to write an event, before it is dropped. */
export const MAX_EVENT_TRIES = 5;
/** Longest that one try may take. */
export const EVENT_TIME_LIMIT_MS = 10_000;
/** Longest that `run` goes on writing after its signal fired. */
export const EVENT_FLUSH_LIMIT_MS = 3_000;

/** What an event recorder is made of. */
export interface EventRecorderOptions {
  readonly store: Pick<ResourceStore, 'get' | 'apply'>;
  /** Who says it: `source.component` of the events, and their field owner. */
  readonly component: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Numbers in [0, 1) for the jitter. Default `Math.random`. */
  readonly random?: () => number;
}

/**
 * Tells people what happened to a resource, as Kubernetes events in its namespace: what `kubectl describe` shows. A
 * repeat (same resource, type, reason and message) counts up the event that is there, also one that an earlier process
 * wrote. So keep times and counters out of messages.
 *
 * | call | outcome |
 * |---|---|
 * | `record` | remembered for writing, or dropped where a limit says so; returns at once, never throws |
 * | `run` | writes what is recorded until `signal` fires, then what is left for `EVENT_FLUSH_LIMIT_MS` at most; never rejects for an event |
 * | `flush` | writes what was recorded, regardless of `EVENT_WRITE_RATE`; when `signal` fires it resolves, and the rest stays recorded |
 * | an event cannot be written | tried again with back-off, then dropped with a log line; at once where trying again is no use |
 */
export interface EventRecorder {
  readonly record: (event: EventRequest) => void;
  readonly run: (options: { readonly signal: AbortSignal }) => Promise<void>;
  readonly flush: (options?: CallOptions) => Promise<void>;
}
