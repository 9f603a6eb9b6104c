import type { status } from '@grpc/grpc-js';
import type { RawHandler } from './raw-grpc.ts';
import { RawStatus, openRawClient, rawTarget, startRawServer } from './raw-grpc.ts';
import type { RawData, RawRegistration } from './raw-messages.ts';
import { EMPTY, rawData, rawEvent, rawRegistration, rawRegistrationResponse } from './raw-messages.ts';

/** Which calls a peer knows: `first` had no disconnect yet, `older` has Disconnect, `newer` has NotifyEvent. */
export type Generation = 'first' | 'older' | 'newer';

const RECEIVED_DISCONNECT = 1;

export interface RawWorkerOptions extends Partial<RawRegistration> {
  readonly generation?: Generation;
  /** Default: takes it. */
  readonly onSend?: (data: RawData) => Promise<Buffer> | Buffer;
  readonly onDisconnect?: () => Promise<void>;
}

/** A worker made of bytes alone. */
export async function startRawWorker(dispatcherAddress: string, options: RawWorkerOptions = {}) {
  const { generation = 'newer', onSend, onDisconnect } = options;
  const received: RawData[] = [];
  const told: string[] = [];
  const details: string[] = [];
  const client = openRawClient(rawTarget(dispatcherAddress));
  const registration = { handler: 'device', pid: 4711, ...options };
  const answered = await client.call('/yggdrasil.Dispatcher/Register', rawRegistration.write(registration));
  const { registered, address } = rawRegistrationResponse.read(answered);
  const disconnect = async (name: string): Promise<Buffer> => {
    told.push(name);
    await onDisconnect?.();
    return EMPTY;
  };
  const notify = (bytes: Buffer): Promise<Buffer> | Buffer => {
    const { name, detail } = rawEvent.read(bytes);
    if (name === RECEIVED_DISCONNECT) return disconnect(`event ${name}`);
    told.push(`event ${name}`);
    details.push(detail);
    return EMPTY;
  };
  const calls: Record<Generation, Record<string, RawHandler>> = {
    first: {},
    older: { '/yggdrasil.Worker/Disconnect': () => disconnect('disconnect') },
    newer: { '/yggdrasil.Worker/NotifyEvent': notify },
  };
  const listen = () =>
    startRawServer(rawTarget(address), {
      ...calls[generation],
      '/yggdrasil.Worker/Send': async (bytes) => {
        const data = rawData.read(bytes);
        received.push(data);
        return (await onSend?.(data)) ?? EMPTY;
      },
    });
  let server: Awaited<ReturnType<typeof listen>> | undefined;
  return {
    registered,
    address,
    received,
    told,
    /** The words of the events in `told`, without those of disconnects. */
    details,
    /** Not before this it can be reached. */
    listen: async () => void (server = await listen()),
    send: (data: Partial<RawData>, deadlineMs?: number) =>
      client.call('/yggdrasil.Dispatcher/Send', rawData.write(data), deadlineMs),
    getConfig: () => client.call('/yggdrasil.Dispatcher/GetConfig', EMPTY),
    /** As a process that is killed: its connections end at once. */
    die: () => {
      server?.stop();
      client.close();
    },
  };
}

export const refuses = (code: status) => (): never => {
  throw new RawStatus(code);
};
