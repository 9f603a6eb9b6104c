import { K4eError, isRecord } from '@k4e/core';
import type { Deadline } from './deadline.ts';
import type { LibpodRequest } from './libpod-request.ts';

/**
 * What a failed exchange means to a caller of the runtime. Only the short code of the cause goes on, such as
 * `ECONNREFUSED`: the HTTP client's error holds the request, and with it registry credentials.
 */
export function toRuntimeError(
  error: unknown,
  request: LibpodRequest,
  deadline: Deadline,
  where: { readonly socketPath: string; readonly timeoutMs: number },
): K4eError {
  if (error instanceof K4eError) return error;
  if (deadline.isPast()) {
    const message = `podman did not answer within ${where.timeoutMs} ms`;
    return new K4eError(request.timeoutCode ?? 'RUNTIME_UNAVAILABLE', { message });
  }
  if (request.signal?.aborted) return new K4eError('ABORTED', { retry: 'never' });
  const message = `podman cannot be reached at ${where.socketPath} (${transportCode(error)})`;
  return new K4eError('RUNTIME_UNAVAILABLE', { message });
}

function transportCode(error: unknown): string {
  return isRecord(error) && typeof error.code === 'string' ? error.code : 'connection lost';
}
