import { Client, Metadata, Server, ServerCredentials, credentials, status } from '@grpc/grpc-js';
import type { ClientUnaryCall, handleUnaryCall } from '@grpc/grpc-js';

const asIs = (bytes: Buffer): Buffer => bytes;

/** What a raw server answers: bytes, or a rejection with a `code`. */
export type RawHandler = (request: Buffer) => Promise<Buffer> | Buffer;

/** An error with a status of gRPC. */
export class RawStatus extends Error {
  readonly code: status;
  constructor(code: status) {
    super(status[code]);
    this.code = code;
  }
}

/** A gRPC server of bytes. `target`: as grpc-js takes it, `unix:/path` or `unix:` and a name that begins with a zero byte. */
export async function startRawServer(target: string, handlers: Readonly<Record<string, RawHandler>>) {
  const server = new Server({ 'grpc.max_receive_message_length': -1 });
  for (const [path, handle] of Object.entries(handlers)) {
    const serve: handleUnaryCall<Buffer, Buffer> = ({ request }, respond) => {
      const run = async (): Promise<Buffer> => handle(request);
      void run().then(
        (response) => respond(null, response),
        (error: unknown) => respond({ code: error instanceof RawStatus ? error.code : status.INTERNAL }),
      );
    };
    server.register(path, serve, asIs, asIs, 'unary');
  }
  await new Promise<void>((resolve, reject) => {
    server.bindAsync(target, ServerCredentials.createInsecure(), (error) =>
      error === null ? resolve() : reject(error),
    );
  });
  return { stop: () => server.forceShutdown() };
}

/** A gRPC client of bytes. */
export function openRawClient(target: string) {
  const client = new Client(target, credentials.createInsecure(), {
    'grpc.use_local_subchannel_pool': 1,
    'grpc.max_send_message_length': -1,
    'grpc.enable_retries': 0,
  });
  const calls = new Set<ClientUnaryCall>();
  return {
    call: (path: string, request: Buffer, deadlineMs = 10_000, signal?: AbortSignal): Promise<Buffer> =>
      new Promise((resolve, reject) => {
        const options = { deadline: Date.now() + deadlineMs };
        const call = client.makeUnaryRequest(
          path,
          asIs,
          asIs,
          request,
          new Metadata({ waitForReady: true }),
          options,
          (error, response) => {
            calls.delete(call);
            if (error === null) resolve(response ?? Buffer.alloc(0));
            else reject(error);
          },
        );
        calls.add(call);
        signal?.addEventListener('abort', () => call.cancel());
      }),
    /** Calls that run are given up. */
    close: () => {
      for (const call of calls) call.cancel();
      client.close();
    },
  };
}

/** What grpc-js calls an address that yggdrasil writes as `@name`, `unix:@name`, `/path` or `unix:/path`. */
export function rawTarget(address: string): string {
  const bare = address.replace(/^unix:/, '');
  return bare.startsWith('@') ? `unix:\0${bare.slice(1)}` : `unix:${bare}`;
}
