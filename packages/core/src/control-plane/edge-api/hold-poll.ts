import { isBehind, readTag, tagOf } from './delivery.ts';
import type { Delivery } from './delivery.ts';
import type { PollReply } from './edge-api.ts';
import type { HeldPoll } from './held-polls.ts';

/** A poll of a device that says what it has. */
export interface Polling {
  /** What the device has, as the last answer was called; `undefined`: nothing. */
  readonly tag: string | undefined;
  /** Where it waits; `undefined`: it is answered at once. */
  readonly place: HeldPoll | undefined;
  /** What waits for the device now. */
  readonly look: () => Promise<Delivery>;
}

/**
 * How long a device is not sent back to what looks older than what it has, in milliseconds. A replica that is behind catches up
 * within that; and what looks so may be news of two kinds that came in another order than they were written.
 */
export const BEHIND_LIMIT_MS = 2_000;

/**
 * Answers with what the device does not have, as soon as there is such; at the end of its time with what there is by then.
 * Rejects with what `look` rejects with.
 */
export async function holdPoll({ tag, place, look }: Polling): Promise<PollReply> {
  const held = tag === undefined ? undefined : readTag(tag);
  const isHeld = place !== undefined;
  for (let mayBeBehind = true; ;) {
    const delivery = await look();
    const isSame = delivery.name === held?.name;
    const isOld = held !== undefined && !isSame && mayBeBehind && isBehind(delivery, held);
    const isNews = !isSame && !isOld;
    const wake = isNews || place === undefined ? 'over' : await place.rung(isOld ? { limitMs: BEHIND_LIMIT_MS } : {});
    if (wake === 'late') mayBeBehind = false;
    if (wake === 'over') {
      return isSame
        ? { isUnchanged: true, tag: tag ?? '', isHeld }
        : { isUnchanged: false, message: delivery.reply(), tag: tagOf(delivery), isHeld };
    }
  }
}
