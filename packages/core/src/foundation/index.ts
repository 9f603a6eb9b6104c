/**
 * Floor 0: the words that every other part of k4e is written in. Errors with closed codes, back-off, waiting on an
 * injected clock, comparable JSON, and names. Imports nothing of ours.
 */
export { ERROR_CODES } from './error-codes.ts';
export type { ErrorCode } from './error-codes.ts';
export { K4eError, errorCode, errorRetry, errorText, hasCode } from './k4e-error.ts';
export type { ErrorDetails, Retry } from './k4e-error.ts';
export { systemCode } from './system-code.ts';
export { backoffDelayMs } from './backoff.ts';
export type { Backoff } from './backoff.ts';
export { fired } from './fired.ts';
export { sleep } from './sleep.ts';
export type { Scheduler } from './sleep.ts';
export { SERIAL_QUEUE_MAX_WAITING, createSerialQueue } from './serial-queue.ts';
export type { SerialQueue } from './serial-queue.ts';
export { canonicalJson, isRecord, jsonEqual } from './json.ts';
export type { Json, JsonObject } from './json.ts';
export { DNS_LABEL_MAX_LENGTH, isDnsLabel } from './names.ts';
