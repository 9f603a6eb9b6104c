import { errorCode, errorText } from '@k4e/core';
import type { ErrorCode } from '@k4e/core';
import { MAX_ERROR_TEXT, RETRY_AFTER_SECONDS } from './edge-limits.ts';

/**
 * A request that is not done, as a value: what the device reads of it.
 * `code` is the HTTP status, or the reason of a 422 (wire: go-openapi numbers them from 601). Without a `message` the
 * body is empty and has no content type (wire: k4e/yggdrasil answers an unknown device and its own failures so).
 */
export interface Refusal {
  readonly status: number;
  readonly code?: number;
  readonly message?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A refusal that says why. Long texts are cut. */
export function refusal(status: number, message: string, more: Omit<Refusal, 'status' | 'message'> = {}): Refusal {
  return { status, message: message.slice(0, MAX_ERROR_TEXT), ...more };
}

/** 503, with the time to come back. */
export function unavailable(message: string): Refusal {
  return refusal(503, message, { headers: { 'retry-after': String(RETRY_AFTER_SECONDS) } });
}

/** The rows of `EdgeApi`'s table, and what a call says that was ended by the end of the server. */
const REFUSALS: Partial<Record<ErrorCode, (error: unknown) => Refusal>> = {
  INVALID_INPUT: (error) => refusal(400, errorText(error)),
  NOT_FOUND: () => ({ status: 404 }),
  STORE_UNAVAILABLE: (error) => unavailable(errorText(error)),
  KIND_NOT_SERVED: (error) => unavailable(errorText(error)),
  ABORTED: () => unavailable('the operator is shutting down'),
};

/** The answer to what `EdgeApi` rejects with; see its table. What is not in it is 500, and its words stay here. */
export function refusalOf(error: unknown): Refusal {
  const code = errorCode(error);
  return (code === undefined ? undefined : REFUSALS[code])?.(error) ?? { status: 500 };
}

/** Media type of everything the edge API says (wire: without a charset). */
export const JSON_MEDIA_TYPE = 'application/json';

/** The body of a refusal as it goes over the wire: `{"code": ..., "message": "..."}`, or nothing. */
export function refusalBody({ status, code = status, message }: Refusal): Buffer | undefined {
  return message === undefined ? undefined : Buffer.from(JSON.stringify({ code, message }));
}
