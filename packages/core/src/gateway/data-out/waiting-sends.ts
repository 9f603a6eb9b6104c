import type { Clock, WorkerAnswer } from '../../ports/index.ts';
import type { Message } from '../../protocol/index.ts';

/** Most sends of workers that are under way at a time. */
export const MAX_WAITING_SENDS = 64;
/** Most bytes of them together: 8 MiB. */
export const MAX_WAITING_BYTES = 8_388_608;
/** How long a worker waits for the control plane's own answer at most, in milliseconds. */
export const ANSWER_LIMIT_MS = 10_000;
/** Share of the time that a worker gives us in which it is answered: the rest is for keeping, and for the way back. */
const ANSWER_SHARE = 0.8;

/** When a worker that waits `answerWithinMs` is to be answered at the latest. */
export function answerLimitMs(answerWithinMs: number | undefined): number {
  return Math.min(ANSWER_LIMIT_MS, (answerWithinMs ?? Infinity) * ANSWER_SHARE);
}

/** Something that a worker has sent and waits for. */
export interface WaitingSend {
  readonly message: Message;
  /** Answers the worker; at most once. */
  settle(answer: WorkerAnswer): void;
}

interface SendParts {
  readonly message: Message;
  readonly sizeBytes: number;
  readonly signal: AbortSignal;
  readonly limitMs: number;
  readonly resolve: (answer: WorkerAnswer) => void;
}

interface Slot extends WaitingSend {
  readonly stopWatching: () => void;
}

/** The worker does not wait any more: nobody hears this. */
const UNHEARD: WorkerAnswer = { statusCode: 499, metadata: {} };

/** What workers have sent and nobody has taken or kept, in order; bounded, what is being kept included. */
export class WaitingSends {
  readonly #clock: Clock;
  #slots: Slot[] = [];
  #count = 0;
  #bytes = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get first(): WaitingSend | undefined {
    return this.#slots[0];
  }

  get last(): WaitingSend | undefined {
    return this.#slots.at(-1);
  }

  hasRoomFor(sizeBytes: number): boolean {
    return this.#count < MAX_WAITING_SENDS && this.#bytes + sizeBytes <= MAX_WAITING_BYTES;
  }

  /** Adds one at the end; `onLate` hears when its time is over while it still waits. */
  add({ message, sizeBytes, signal, limitMs, resolve }: SendParts, onLate: (send: WaitingSend) => void): WaitingSend {
    this.#count++;
    this.#bytes += sizeBytes;
    let isSettled = false;
    const cancel = this.#clock.schedule(limitMs, () => onLate(slot));
    const onGone = (): void => this.take(message)?.settle(UNHEARD);
    const slot: Slot = {
      message,
      stopWatching: () => {
        cancel();
        signal.removeEventListener('abort', onGone);
      },
      settle: (answer) => {
        if (isSettled) return;
        isSettled = true;
        this.#count--;
        this.#bytes -= sizeBytes;
        resolve(answer);
      },
    };
    this.#slots.push(slot);
    signal.addEventListener('abort', onGone, { once: true });
    if (signal.aborted) onGone();
    return slot;
  }

  /** Takes the send of a message out, if it still waits. */
  take(message: Message): WaitingSend | undefined {
    const slot = this.#slots.find((candidate) => candidate.message === message);
    this.#slots = this.#slots.filter((candidate) => candidate !== slot);
    slot?.stopWatching();
    return slot;
  }

  /** Takes a send out and all before it; nothing when it does not wait any more. */
  takeThrough(last: WaitingSend): readonly WaitingSend[] {
    const taken = this.#slots.slice(0, this.#slots.findIndex((slot) => slot === last) + 1);
    this.#slots = this.#slots.slice(taken.length);
    for (const slot of taken) slot.stopWatching();
    return taken;
  }

  takeAll(): readonly WaitingSend[] {
    const { last } = this;
    return last === undefined ? [] : this.takeThrough(last);
  }
}
