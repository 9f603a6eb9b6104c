import { K4eError } from '@k4e/core';
import type { ErrorCode, Retry } from '@k4e/core';
import type { ApiStatus } from './api-status.ts';

/** When to try again after the server asked for patience without saying how long. */
export const DEFAULT_RETRY_AFTER_MS = 1_000;

/**
 * What the API server says, as status 500 and without a reason, of content that does not fit the schema or is too
 * large. There is nothing but the text to know them by; contract tests on a real API server watch over it.
 */
const CONTENT_REFUSED = ['failed to create typed patch object', 'failed to convert new object'];
const CONTENT_TOO_LARGE = 'etcdserver: request is too large';

const CODES: Readonly<Record<number, ErrorCode>> = {
  401: 'FORBIDDEN',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  409: 'CONFLICT',
  410: 'VERSION_EXPIRED',
  413: 'TOO_LARGE',
  422: 'RESOURCE_INVALID',
  429: 'STORE_UNAVAILABLE',
};

function codeOf(status: ApiStatus, isWrite: boolean): ErrorCode {
  if (status.code === 404 && !status.isStatus) return 'KIND_NOT_SERVED';
  if (status.code === 409 && status.reason === 'AlreadyExists') return 'ALREADY_EXISTS';
  if (status.code === 400) return isWrite ? 'RESOURCE_INVALID' : 'INVALID_INPUT';
  if (status.code === 500 && status.reason === undefined) {
    if (CONTENT_REFUSED.some((start) => status.message.startsWith(start))) return 'RESOURCE_INVALID';
    if (status.message.includes(CONTENT_TOO_LARGE)) return 'TOO_LARGE';
  }
  return CODES[status.code] ?? (status.code >= 500 ? 'STORE_UNAVAILABLE' : 'INTERNAL');
}

const NEVER_BETTER: readonly ErrorCode[] = [
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'RESOURCE_INVALID',
  'INVALID_INPUT',
  'TOO_LARGE',
  'INTERNAL',
];

function retryOf(code: ErrorCode, status: ApiStatus): Retry {
  if (NEVER_BETTER.includes(code)) return 'never';
  if (status.retryAfterMs !== undefined) return { afterMs: status.retryAfterMs };
  return status.code === 429 ? { afterMs: DEFAULT_RETRY_AFTER_MS } : 'backoff';
}

/** The refusal `status` as one of our errors. `subject` is the resource or kind; `isWrite` tells bad content from a bad query. */
export function toK4eError(status: ApiStatus, subject: string, { isWrite }: { readonly isWrite: boolean }): K4eError {
  const code = codeOf(status, isWrite);
  const message =
    code === 'KIND_NOT_SERVED'
      ? 'the Kubernetes API does not serve this kind; is its CustomResourceDefinition installed?'
      : status.message;
  return new K4eError(code, { subject, message, retry: retryOf(code, status) });
}
