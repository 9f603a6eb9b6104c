import type { Client } from '@grpc/grpc-js';
import { K4eError, errorText } from '@k4e/core';
import type { Clock } from '@k4e/core/ports';
import { callUnary, isRefusal, isUnknownMethod } from '../call/index.ts';
import type { WireMethod } from '../wire/index.ts';

/** What calls to a worker are made with. */
export interface WorkerCaller {
  readonly handler: string;
  readonly client: Client;
  readonly clock: Clock;
  /** Fires when the worker is gone; its reason is what calls then reject with. */
  readonly gone: AbortSignal;
}

/** How long a call may take, dialling included. */
export interface WorkerCallOptions {
  readonly limitMs: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Calls a worker, once it listens. `undefined`: it does not know the call, it is of another generation. Rejects with
 * `WORKER_UNREACHABLE` or `ABORTED`.
 */
export async function callWorker<Request, Response>(
  { handler, client, clock, gone }: WorkerCaller,
  method: WireMethod<Request, Response>,
  request: Request,
  { limitMs, signal }: WorkerCallOptions,
): Promise<Response | undefined> {
  const aborted = (cause?: unknown) => new K4eError('ABORTED', { subject: handler, retry: 'never', cause });
  if (signal?.aborted === true) throw aborted();
  gone.throwIfAborted();
  const either = signal === undefined ? gone : AbortSignal.any([gone, signal]);
  try {
    const options = { nowMs: () => clock.nowMs(), limitMs, signal: either, waitsForPeer: true };
    return await callUnary(client, method, request, options);
  } catch (error) {
    if (isUnknownMethod(error)) return undefined;
    if (either.aborted) throw gone.aborted ? gone.reason : aborted(error);
    const details = { subject: handler, message: errorText(error), cause: error };
    throw new K4eError('WORKER_UNREACHABLE', isRefusal(error) ? { ...details, retry: 'never' } : details);
  }
}
