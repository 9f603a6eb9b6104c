import { Metadata, status } from '@grpc/grpc-js';
import type { Client } from '@grpc/grpc-js';
import type { WireMethod } from '../wire/index.ts';

/** How a call is made. */
export interface UnaryCallOptions {
  readonly nowMs: () => number;
  /** Time allowed, from dialling to the last byte of the answer; the peer is told of it. */
  readonly limitMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Waits for a peer that does not listen yet. */
  readonly waitsForPeer?: boolean;
}

/** Why a call failed: a status of gRPC, and what the peer or the library said, bounded. */
export class CallFailure extends Error {
  override readonly name = 'CallFailure';
  readonly status: status;

  constructor(code: status, details: string) {
    super(`${status[code]}: ${details.slice(0, MAX_DETAILS_LENGTH)}`);
    this.status = code;
  }
}

/** Longest words of a peer that are kept, in characters. */
const MAX_DETAILS_LENGTH = 500;

/** Calls once. Rejects with a `CallFailure` only; that of a signal that fired is `CANCELLED`. */
export function callUnary<Request, Response>(
  client: Client,
  method: WireMethod<Request, Response>,
  request: Request,
  { nowMs, limitMs, signal, waitsForPeer = false }: UnaryCallOptions,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const fail = (code: status, details: string): void => reject(new CallFailure(code, details));
    if (signal?.aborted === true) return fail(status.CANCELLED, 'cancelled before the call');
    const onAbort = (): void => call.cancel();
    const call = client.makeUnaryRequest(
      method.path,
      method.request.encode,
      method.response.decode,
      request,
      new Metadata({ waitForReady: waitsForPeer }),
      { deadline: nowMs() + limitMs },
      (error, response) => {
        signal?.removeEventListener('abort', onAbort);
        if (error !== null) return fail(error.code, error.details);
        if (response === undefined) return fail(status.INTERNAL, 'an answer without a message');
        resolve(response);
      },
    );
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

/** Statuses with which a peer refuses a message itself: the same one again is refused again. */
const REFUSALS = new Set([
  status.INVALID_ARGUMENT,
  status.NOT_FOUND,
  status.ALREADY_EXISTS,
  status.PERMISSION_DENIED,
  status.FAILED_PRECONDITION,
  status.OUT_OF_RANGE,
  status.UNAUTHENTICATED,
]);

/** The status of a failed call; that of anything else is `UNKNOWN`. */
export function statusOf(error: unknown): status {
  return error instanceof CallFailure ? error.status : status.UNKNOWN;
}

/** Whether the peer refused the message itself. */
export function isRefusal(error: unknown): boolean {
  return REFUSALS.has(statusOf(error));
}

/** Whether the peer does not know the method: it is of another generation. */
export function isUnknownMethod(error: unknown): boolean {
  return statusOf(error) === status.UNIMPLEMENTED;
}
