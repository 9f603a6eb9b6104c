import { ERROR_CODES } from './error-codes.ts';
import type { ErrorCode } from './error-codes.ts';

/** When the same call is worth trying again: never, with back-off, or not before that many milliseconds. */
export type Retry = 'never' | 'backoff' | { readonly afterMs: number };

/** What an error is made of besides its code. */
export interface ErrorDetails {
  /** What it happened to: a workload, path or resource. Becomes the subject of the condition that reports it. */
  readonly subject?: string;
  /** What happened, in words for a fleet operator. Default: the code's own words. Never holds a secret. */
  readonly message?: string;
  /** Default `backoff`. */
  readonly retry?: Retry;
  readonly cause?: unknown;
}

/** The one error class of k4e. Callers decide by `code` and `retry`, never by the text. */
export class K4eError extends Error {
  override readonly name = 'K4eError';
  readonly code: ErrorCode;
  readonly retry: Retry;
  readonly subject: string | undefined;

  constructor(code: ErrorCode, details: ErrorDetails = {}) {
    const words = details.message ?? ERROR_CODES[code];
    super(details.subject === undefined ? words : `${details.subject}: ${words}`, { cause: details.cause });
    this.code = code;
    this.retry = details.retry ?? 'backoff';
    this.subject = details.subject;
  }
}

/** Whether `error` is a k4e error with that code. Works across an ESM and a CJS copy of this library. */
export function hasCode(error: unknown, code: ErrorCode): boolean {
  return errorCode(error) === code;
}

/** The k4e code of `error`, or `undefined` for anything that is not one of ours. */
export function errorCode(error: unknown): ErrorCode | undefined {
  if (!(error instanceof Error) || error.name !== 'K4eError' || !('code' in error)) return undefined;
  const { code } = error;
  return typeof code === 'string' && code in ERROR_CODES ? (code as ErrorCode) : undefined;
}

/** The words of any thrown value, for a condition or a log line. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** When `error` is worth another try; what is not ours is taken for passing. */
export function errorRetry(error: unknown): Retry {
  return errorCode(error) !== undefined && error instanceof Error && 'retry' in error
    ? (error.retry as Retry)
    : 'backoff';
}
