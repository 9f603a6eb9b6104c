import type { RawHandler } from './raw-grpc.ts';
import { openRawClient, rawTarget, startRawServer } from './raw-grpc.ts';
import type { RawData, RawRegistration } from './raw-messages.ts';
import { EMPTY, rawData, rawEvent, rawRegistration, rawRegistrationResponse } from './raw-messages.ts';
import type { Generation } from './raw-worker.ts';

export interface RawDispatcherOptions {
  /** Where it is, as yggdrasil writes it. */
  readonly address: string;
  readonly generation?: Generation;
  /** The address for a worker; `undefined` refuses it. Default: an abstract one. */
  readonly addressFor?: (registration: RawRegistration) => string | undefined;
  /** Default: an answer without fields. */
  readonly onSend?: (data: RawData) => Promise<Buffer> | Buffer;
  readonly onRegistered?: () => void;
}

const letters = (): string => Math.random().toString(36).slice(2, 8);

/** A dispatcher made of bytes alone. It dials a worker for each message, as upstream does. */
export async function startRawDispatcher(options: RawDispatcherOptions) {
  const { address, generation = 'newer', onSend, onRegistered } = options;
  const addressFor = options.addressFor ?? (({ handler }) => `@ygg-${handler}-${letters()}`);
  const registrations: RawRegistration[] = [];
  const received: RawData[] = [];
  let worker: string | undefined;
  const handlers: Record<string, RawHandler> = {
    '/yggdrasil.Dispatcher/Register': (bytes) => {
      const registration = rawRegistration.read(bytes);
      registrations.push(registration);
      const given = addressFor(registration);
      if (given === undefined) return EMPTY;
      worker = given;
      setImmediate(() => onRegistered?.());
      return rawRegistrationResponse.write({ registered: true, address: given });
    },
    '/yggdrasil.Dispatcher/Send': async (bytes) => {
      const data = rawData.read(bytes);
      received.push(data);
      return (await onSend?.(data)) ?? EMPTY;
    },
  };
  const start = () => startRawServer(rawTarget(address), handlers);
  let server: Awaited<ReturnType<typeof start>> | undefined = await start();
  const callWorker = async (path: string, request: Buffer, deadlineMs?: number): Promise<Buffer> => {
    if (worker === undefined) throw new Error('no worker has registered');
    const client = openRawClient(rawTarget(worker));
    try {
      return await client.call(path, request, deadlineMs);
    } finally {
      client.close();
    }
  };
  return {
    registrations,
    received,
    isRegistered: () => worker !== undefined,
    callWorker,
    send: (data: Partial<RawData>) => callWorker('/yggdrasil.Worker/Send', rawData.write(data)),
    disconnect: (deadlineMs?: number) =>
      generation === 'newer'
        ? callWorker('/yggdrasil.Worker/NotifyEvent', rawEvent.write(1), deadlineMs)
        : callWorker('/yggdrasil.Worker/Disconnect', EMPTY, deadlineMs),
    notify: (event: number) => callWorker('/yggdrasil.Worker/NotifyEvent', rawEvent.write(event)),
    /** As a process that is killed. */
    die: () => {
      server?.stop();
      server = undefined;
      worker = undefined;
    },
    revive: async () => {
      server ??= await start();
    },
  };
}
