import type { CallOptions, Clock } from '../ports/index.ts';
import { resourceKey } from '../resources/index.ts';
import type { Resource } from '../resources/index.ts';
import { eventName } from './compose-event.ts';
import type { EventRequest, EventTally } from './compose-event.ts';
import { MAX_PENDING_EVENTS, MAX_TRACKED_EVENTS, OBJECT_EVENT_RATE } from './event-recorder.ts';
import { createLruMap } from './lru-map.ts';
import { createMailbox } from './mailbox.ts';
import { createTokenBucket } from './token-bucket.ts';
import type { TokenBucket } from './token-bucket.ts';

/** An event that is to be written. `tally` is shared with its later repeats, and goes on counting. */
export interface PendingEvent {
  readonly name: string;
  readonly request: EventRequest;
  readonly tally: EventTally & { hasLookedBack: boolean };
  tries: number;
}

/** What was recorded and is not written yet. An event is in it once, with all its repeats. */
export interface EventLedger {
  readonly size: number;
  /** `false` when it is dropped: there are too many, in all or about this resource. Repeats of what is left out count. */
  record(request: EventRequest): boolean;
  /** Puts an event back that could not be written; a repeat that was recorded meanwhile stands for it. */
  putBack(event: PendingEvent): void;
  /** The oldest event, no longer in the ledger. Rejects with `ABORTED`. */
  take(options?: CallOptions): Promise<PendingEvent | undefined>;
}

/** Creates an empty ledger. */
export function createEventLedger(clock: Clock): EventLedger {
  const pending = new Map<string, PendingEvent>();
  const tallies = createLruMap<string, PendingEvent['tally']>(MAX_TRACKED_EVENTS);
  const buckets = createLruMap<string, TokenBucket>(MAX_TRACKED_EVENTS);
  const waiting = createMailbox((event: PendingEvent) => {
    pending.delete(keyOf(event));
    return event;
  });
  const enter = (event: PendingEvent): void => {
    pending.set(keyOf(event), event);
    waiting.put(event);
  };
  const tallyOf = (name: string, { about }: EventRequest): PendingEvent['tally'] =>
    tallies.getOrSet(resourceKey({ namespace: about.metadata.namespace, name }), () => {
      const nowMs = clock.nowMs();
      return { count: 0, firstMs: nowMs, lastMs: nowMs, hasLookedBack: false };
    });
  const bucketOf = ({ kind, metadata }: Resource): TokenBucket =>
    buckets.getOrSet(`${kind}/${resourceKey(metadata)}`, () => createTokenBucket({ ...OBJECT_EVENT_RATE, clock }));
  return {
    get size() {
      return pending.size;
    },
    record(request) {
      const name = eventName(request);
      const event = { name, request, tally: tallyOf(name, request), tries: 0 };
      event.tally.count += 1;
      event.tally.lastMs = clock.nowMs();
      if (pending.has(keyOf(event))) return true;
      if (pending.size >= MAX_PENDING_EVENTS || !bucketOf(request.about).tryTake()) return false;
      enter(event);
      return true;
    },
    putBack(event) {
      if (!pending.has(keyOf(event))) enter(event);
    },
    take: (options) => waiting.take(options),
  };
}

function keyOf({ name, request }: PendingEvent): string {
  return resourceKey({ namespace: request.about.metadata.namespace, name });
}
