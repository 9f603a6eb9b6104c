import type { ErrorCode, Retry } from '@k4e/core';
import { ERROR_CODES, K4eError } from '@k4e/core';
import { CODES_BY_NAME, CODES_BY_STATUS, UNREACHABLE_CODES } from './s3-error-codes.ts';

/** What of an error of the SDK may be told: nothing that could hold a secret. */
interface VendorError {
  readonly name: string;
  readonly status: number | undefined;
  /** Of the network or of TLS: `ECONNREFUSED`, `DEPTH_ZERO_SELF_SIGNED_CERT`. */
  readonly systemCode: string | undefined;
  readonly retryAfterSeconds: number;
}

/** Longest pause that a store may ask for: an hour. */
const MAX_RETRY_AFTER_SECONDS = 3_600;

/**
 * The k4e error for whatever the SDK threw; `subject` is the key or bucket that was asked for. Only the store's error code
 * and status are quoted: its texts, and the SDK's error itself, may repeat what was sent, signatures and tokens too.
 */
export function translateS3Error(error: unknown, subject: string): K4eError {
  if (error instanceof K4eError) return error;
  const vendor = vendorErrorOf(error);
  const code = codeOf(vendor);
  return new K4eError(code, {
    subject,
    message: `${ERROR_CODES[code]} (${wordsOf(vendor)})`,
    retry: retryOf(code, vendor),
  });
}

/** Whether the SDK threw the error of that name, which is S3's code. */
export function isS3Error(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}

function codeOf({ name, status, systemCode }: VendorError): ErrorCode {
  const named = CODES_BY_NAME.get(name);
  if (named !== undefined) return named;
  if (systemCode !== undefined && isNetworkCode(systemCode)) return 'STORAGE_UNREACHABLE';
  if (name === 'TimeoutError') return 'STORAGE_UNREACHABLE';
  return (status === undefined ? undefined : CODES_BY_STATUS.get(status)) ?? 'STORAGE_FAILED';
}

function isNetworkCode(code: string): boolean {
  return UNREACHABLE_CODES.has(code) || /^ERR_(SSL|TLS)_|CERT|^UNABLE_TO_/.test(code);
}

function wordsOf({ name, status, systemCode }: VendorError): string {
  const words = [systemCode ?? name, ...(status === undefined ? [] : [`status ${String(status)}`])];
  return words.join(', ');
}

function retryOf(code: ErrorCode, { retryAfterSeconds }: VendorError): Retry {
  if (code === 'INVALID_INPUT') return 'never';
  const isTold = code === 'STORAGE_THROTTLED' && retryAfterSeconds > 0;
  return isTold ? { afterMs: Math.min(retryAfterSeconds, MAX_RETRY_AFTER_SECONDS) * 1_000 } : 'backoff';
}

function vendorErrorOf(error: unknown): VendorError {
  const name = textAt(error, 'name');
  const status = Number(fieldAt(fieldAt(error, '$metadata'), 'httpStatusCode') ?? NaN);
  const headers = fieldAt(fieldAt(error, '$response'), 'headers');
  return {
    name: name !== undefined && /^[\w.]{1,64}$/.test(name) ? name : 'unknown error',
    status: Number.isInteger(status) ? status : undefined,
    systemCode: systemCodeOf(error),
    retryAfterSeconds: Number(textAt(headers, 'retry-after') ?? 0) || 0,
  };
}

// Node wraps the failures of several addresses in one AggregateError, whose own code is that of the first.
function systemCodeOf(error: unknown): string | undefined {
  const code = textAt(error, 'code') ?? textAt(fieldAt(error, 'cause'), 'code');
  return code !== undefined && /^[A-Z][A-Z0-9_]{2,63}$/.test(code) ? code : undefined;
}

function fieldAt(value: unknown, field: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, field) : undefined;
}

function textAt(value: unknown, field: string): string | undefined {
  const text = fieldAt(value, field);
  return typeof text === 'string' ? text : undefined;
}
