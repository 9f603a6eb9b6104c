import { Server, ServerCredentials, status } from '@grpc/grpc-js';
import type { ServerUnaryCall, handleUnaryCall } from '@grpc/grpc-js';
import { errorCode, errorText } from '@k4e/core';
import type { ErrorCode, Scheduler } from '@k4e/core';
import { listenOnSocket } from '../socket/index.ts';
import type { SocketAddress } from '../socket/index.ts';
import type { WireMethod } from '../wire/index.ts';
import { CallFailure } from './call-unary.ts';
import { MAX_CONCURRENT_CALLS, MAX_WIRE_BYTES } from './limits.ts';

/** Longest time for what is on its way when a server closes, in milliseconds. */
const CLOSE_GRACE_MS = 1_000;

/** What a handler knows of a call beside its message. */
export interface ServedCall {
  /** Fires when the caller does not wait any more. */
  readonly signal: AbortSignal;
  /** Wall-clock time at which the caller stops waiting, in milliseconds; `Infinity` when it did not say. */
  readonly deadlineMs: number;
}

/** A method and what answers it. */
export interface ServedMethod {
  readonly registerAt: (server: Server) => void;
}

/** A server that takes calls. */
export interface GrpcServer {
  /** Takes no calls any more, removes the socket, and lets answers that are on their way arrive. Never rejects. */
  close(): Promise<void>;
}

/** Joins a method with what answers it. What `handle` rejects with is told to the caller as a status. */
export function serveUnary<Request, Response>(
  method: WireMethod<Request, Response>,
  handle: (request: Request, call: ServedCall) => Promise<Response>,
): ServedMethod {
  const serve: handleUnaryCall<Request, Response> = (call, respond) => {
    void answer(call, handle).then(
      (response) => respond(null, response),
      (error: unknown) => respond({ code: statusFor(error), details: detailsFor(error) }),
    );
  };
  const { path, request, response } = method;
  return {
    registerAt: (server) =>
      void server.register(path, serve, response.encode, (bytes) => request.decode(bytes), 'unary'),
  };
}

/** Serves methods on a socket; rejects as `listenOnSocket` does. */
export async function startGrpcServer(
  address: SocketAddress,
  methods: readonly ServedMethod[],
  scheduler: Scheduler,
): Promise<GrpcServer> {
  const server = new Server({
    'grpc.max_receive_message_length': MAX_WIRE_BYTES,
    'grpc.max_send_message_length': MAX_WIRE_BYTES,
    'grpc.max_concurrent_streams': MAX_CONCURRENT_CALLS,
  });
  for (const { registerAt } of methods) registerAt(server);
  const injector = server.createConnectionInjector(ServerCredentials.createInsecure());
  const listener = await listenOnSocket(address, (socket) => injector.injectConnection(socket));
  return {
    close: async () => {
      injector.drain(CLOSE_GRACE_MS);
      const cancel = scheduler.schedule(CLOSE_GRACE_MS, () => listener.destroyConnections());
      await listener.close();
      cancel();
      server.forceShutdown();
    },
  };
}

async function answer<Request, Response>(
  call: ServerUnaryCall<Request, Response>,
  handle: (request: Request, call: ServedCall) => Promise<Response>,
): Promise<Response> {
  const controller = new AbortController();
  const onCancelled = (): void => controller.abort();
  if (call.cancelled) onCancelled();
  call.once('cancelled', onCancelled);
  const deadline = call.getDeadline();
  const deadlineMs = deadline instanceof Date ? deadline.getTime() : deadline;
  try {
    return await handle(call.request, { signal: controller.signal, deadlineMs });
  } finally {
    call.removeListener('cancelled', onCancelled);
  }
}

const STATUS_OF_CODE: Partial<Record<ErrorCode, status>> = {
  ABORTED: status.UNAVAILABLE,
  TIMEOUT: status.UNAVAILABLE,
  LINK_UNREACHABLE: status.UNAVAILABLE,
  LINK_UNKNOWN_DEVICE: status.NOT_FOUND,
  LINK_REFUSED: status.INVALID_ARGUMENT,
  INVALID_INPUT: status.INVALID_ARGUMENT,
  TOO_LARGE: status.RESOURCE_EXHAUSTED,
};

function statusFor(error: unknown): status {
  if (error instanceof CallFailure) return error.status;
  const code = errorCode(error);
  return (code === undefined ? undefined : STATUS_OF_CODE[code]) ?? status.INTERNAL;
}

/** What is not ours is a defect; its words are for the log. */
function detailsFor(error: unknown): string {
  return errorCode(error) === undefined && !(error instanceof CallFailure) ? 'it failed' : errorText(error);
}
