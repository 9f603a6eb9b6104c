import type { Retry } from '../foundation/index.ts';
import { K4eError, errorText, systemCode } from '../foundation/index.ts';

/** Longest wait that an answer may ask for (`Retry-After`), in milliseconds: ten minutes. */
const MAX_RETRY_AFTER_MS = 600_000;
const MS_PER_SECOND = 1_000;

/** Statuses below 500 that a later try may turn into a success (RFC 9110, RFC 6585). */
const PASSING_STATUSES = new Set([408, 425, 429]);
const UNKNOWN_DEVICE_STATUS = 404;

/**
 * The error that an HTTP status stands for; `undefined` for a success. `retryAfter` is the value of that header, `subject` what
 * was asked for.
 */
export function failureOfStatus(status: number, retryAfter: unknown, subject: string): K4eError | undefined {
  if (status >= 200 && status < 300) return undefined;
  const message = `answered ${status}`;
  if (status === UNKNOWN_DEVICE_STATUS) return new K4eError('LINK_UNKNOWN_DEVICE', { subject, message });
  if (status >= 500 || PASSING_STATUSES.has(status)) {
    return new K4eError('LINK_UNREACHABLE', { subject, message, retry: readRetryAfter(retryAfter) });
  }
  if (status >= 400) return new K4eError('LINK_REFUSED', { subject, message, retry: 'never' });
  return new K4eError('LINK_GARBAGE', { subject, message });
}

/** The error that no usable answer stands for. */
export function failureOfRequest(error: unknown, subject: string): K4eError {
  const message = requestWords(error);
  return new K4eError(isNotTheProtocol(error) ? 'LINK_GARBAGE' : 'LINK_UNREACHABLE', {
    subject,
    message,
    cause: error,
  });
}

/** Only whole seconds: control planes of ours send no dates, and a device's clock may be wrong. */
function readRetryAfter(value: unknown): Retry {
  if (typeof value !== 'string' || !/^\d{1,9}$/.test(value) || Number(value) === 0) return 'backoff';
  return { afterMs: Math.min(Number(value) * MS_PER_SECOND, MAX_RETRY_AFTER_MS) };
}

/** Something answered: not HTTP at all (llhttp's codes), undecodable (zlib's), or more than the limit (axios tells by words only). */
function isNotTheProtocol(error: unknown): boolean {
  return /^(HPE_|Z_)/.test(systemCode(error) ?? '') || errorText(error).startsWith('maxContentLength');
}

/** An error that stands for several (one for each address that was tried) may have no words of its own. */
function requestWords(error: unknown): string {
  const words = errorText(error);
  if (words !== '') return words;
  const causes = error instanceof Error && error.cause instanceof AggregateError ? error.cause.errors : [];
  return causes.map(errorText).join('; ') || 'no answer';
}
