import type { Scheduler } from '../../foundation/index.ts';
import type { ReceivedMessage } from '../../ports/index.ts';
import type { Message } from '../../protocol/index.ts';
import { createDoorbell } from '../timing/index.ts';

/** What came and was not taken yet: a disconnect, and the newest of the other messages only. */
export interface WorkerInbox {
  /** Takes the place of one that nobody has taken. */
  putData(message: Message): void;
  /** Several that nobody has taken are one. */
  putDisconnect(message: Message): void;
  /** The next message, a disconnect first; `undefined` once `signal` has fired. One takes at a time. */
  take(signal: AbortSignal): Promise<ReceivedMessage | undefined>;
}

/** Creates an empty inbox. */
export function createWorkerInbox(scheduler: Scheduler): WorkerInbox {
  let data: Message | undefined;
  let disconnect: Message | undefined;
  const arrival = createDoorbell(scheduler);
  const next = (): ReceivedMessage | undefined => {
    if (disconnect !== undefined) {
      const received = { channel: 'control', message: disconnect } as const;
      disconnect = undefined;
      return received;
    }
    if (data === undefined) return undefined;
    const received = { channel: 'data', message: data } as const;
    data = undefined;
    return received;
  };
  return {
    putData(message) {
      data = message;
      arrival.ring();
    },
    putDisconnect(message) {
      disconnect = message;
      arrival.ring();
    },
    async take(signal) {
      while (!signal.aborted) {
        const received = next();
        if (received !== undefined) return received;
        await arrival.wait({ signal });
      }
      return undefined;
    },
  };
}
