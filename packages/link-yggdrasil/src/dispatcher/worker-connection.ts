import { K4eError } from '@k4e/core';
import type { CallOptions, Clock, WorkerAnswer, WorkerData } from '@k4e/core/ports';
import { openChannel, watchChannel } from '../call/index.ts';
import type { SocketAddress } from '../socket/index.ts';
import { RECEIVED_DISCONNECT, decodeAnswer, toWireData, workerMethods } from '../wire/index.ts';
import type { WireEvent } from '../wire/index.ts';
import { callWorker } from './call-worker.ts';
import type { WorkerCallOptions, WorkerCaller } from './call-worker.ts';
import { MAX_SENDS_PER_WORKER } from './dispatcher.ts';

/** How long the last answers of a worker that has gone are waited for, in milliseconds. */
const LAST_ANSWERS_MS = 1_000;
/** How long nobody can take the place of a worker that does not listen yet, in milliseconds. */
const UNDISPUTED_MS = 1_000;

/** What a connection to a worker is made of. */
export interface WorkerConnectionParts {
  readonly handler: string;
  /** Where the worker listens, or will. */
  readonly address: SocketAddress;
  readonly clock: Clock;
  readonly sendLimitMs: number;
  readonly startLimitMs: number;
  readonly disconnectLimitMs: number;
  /** The worker does not listen in time, or its connection has ended. At most once. */
  readonly onLost: (cause: string) => void;
}

/** The kept connection to a worker. Calls reject with `TOO_LARGE`, `WORKER_UNREACHABLE` or `ABORTED`. */
export interface WorkerConnection {
  /** Where the worker has to listen. */
  readonly address: SocketAddress;
  /** Whether the worker listens, or has just been told to. */
  isReachable(): boolean;
  send(data: WorkerData, options: CallOptions): Promise<WorkerAnswer | undefined>;
  disconnect(options: CallOptions): Promise<void>;
  notify(event: WireEvent, options: CallOptions): Promise<void>;
  /** Takes no more calls; those that run get their last answers for a moment more, or that cause. */
  retire(cause: string): void;
  /** Ends what runs, with that cause. */
  close(cause: string): void;
}

/** Dials at once, and goes on until the worker listens, the time for that is over, or `close`. */
export function connectWorker(parts: WorkerConnectionParts): WorkerConnection {
  const { handler, clock, address, startLimitMs, onLost } = parts;
  const client = openChannel(address);
  const gone = new AbortController();
  const end = (cause: string): void => {
    if (gone.signal.aborted) return;
    cancelStart();
    gone.abort(new K4eError('WORKER_UNREACHABLE', { subject: handler, message: cause }));
    client.close();
  };
  let isRetired = false;
  const retire = (cause: string): void => {
    if (isRetired || gone.signal.aborted) return;
    isRetired = true;
    cancelStart();
    // A worker that ends well answers first, and its answers may still be on their way.
    clock.schedule(LAST_ANSWERS_MS, () => end(cause));
  };
  const lose = (cause: string): void => {
    if (isRetired || gone.signal.aborted) return;
    retire(cause);
    onLost(cause);
  };
  const late = `does not listen within ${startLimitMs} ms of its registration`;
  const cancelStart = clock.schedule(startLimitMs, () => lose(late));
  const startedAtMs = clock.monotonicMs();
  let isReady = false;
  const onReady = (): void => {
    isReady = true;
    cancelStart();
  };
  watchChannel(client, { onReady, onLost: () => lose('its connection has ended') });
  const isReachable = (): boolean => isReady || clock.monotonicMs() - startedAtMs < UNDISPUTED_MS;
  const caller = { handler, client, clock, gone: gone.signal };
  return { address, isReachable, retire, close: end, ...sendTo(caller, parts), ...tellTo(caller, parts) };
}

function sendTo(caller: WorkerCaller, { sendLimitMs }: WorkerConnectionParts): Pick<WorkerConnection, 'send'> {
  const subject = caller.handler;
  let sends = 0;
  return {
    async send(data, { signal }) {
      const request = toWireData(data);
      if (sends >= MAX_SENDS_PER_WORKER) {
        const message = `${MAX_SENDS_PER_WORKER} messages are on their way to it already`;
        throw new K4eError('WORKER_UNREACHABLE', { subject, message });
      }
      sends++;
      try {
        const answer = await callWorker(caller, workerMethods.send, request, { signal, limitMs: sendLimitMs });
        if (answer !== undefined) return readAnswer(answer.response);
        throw new K4eError('WORKER_UNREACHABLE', { subject, message: 'it takes no messages', retry: 'never' });
      } finally {
        sends--;
      }
    },
  };
}

function tellTo(
  caller: WorkerCaller,
  { sendLimitMs, disconnectLimitMs }: WorkerConnectionParts,
): Pick<WorkerConnection, 'disconnect' | 'notify'> {
  const { notifyEvent, disconnect } = workerMethods;
  const tell = (event: WireEvent, options: WorkerCallOptions) => callWorker(caller, notifyEvent, event, options);
  return {
    async disconnect({ signal }) {
      const limited = { signal, limitMs: disconnectLimitMs };
      const isNewer = (await tell(RECEIVED_DISCONNECT, limited)) !== undefined;
      if (!isNewer) await callWorker(caller, disconnect, {}, limited);
    },
    async notify(event, { signal }) {
      await tell(event, { signal, limitMs: sendLimitMs });
    },
  };
}

/** Of what a worker says beside having taken a message, only a proper answer is of use. */
function readAnswer(bytes: Uint8Array): WorkerAnswer | undefined {
  try {
    return decodeAnswer(bytes);
  } catch {
    return undefined;
  }
}
