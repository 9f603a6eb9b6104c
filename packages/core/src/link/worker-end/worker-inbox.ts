import type { ReceivedMessage } from '../../ports/index.ts';
import type { Message } from '../../protocol/index.ts';

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
export function createWorkerInbox(): WorkerInbox {
  let data: Message | undefined;
  let disconnect: Message | undefined;
  let wake = (): void => undefined;
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
  const arrival = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const end = (): void => {
        signal.removeEventListener('abort', end);
        resolve();
      };
      wake = end;
      signal.addEventListener('abort', end, { once: true });
    });
  return {
    putData(message) {
      data = message;
      wake();
    },
    putDisconnect(message) {
      disconnect = message;
      wake();
    },
    async take(signal) {
      while (!signal.aborted) {
        const received = next();
        if (received !== undefined) return received;
        await arrival(signal);
      }
      return undefined;
    },
  };
}
