import { isRecord } from '@k4e/core';

/** A Kubernetes `Status`: why a request was refused. */
export interface ApiStatus {
  readonly code: number;
  readonly reason: string | undefined;
  readonly message: string;
  /** Paths of the fields that were found wrong, such as `metadata.uid`. */
  readonly fields: readonly string[];
  readonly retryAfterMs: number | undefined;
  /** Whether the server said it in its own words; without, the answer came from something before it, or the path is not served. */
  readonly isStatus: boolean;
}

/** Longest part of a foreign answer that goes into a message, in characters. */
const TEXT_MAX_LENGTH = 1_000;

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function fieldsOf(details: unknown): readonly string[] {
  const causes = isRecord(details) && Array.isArray(details.causes) ? details.causes : [];
  return causes.flatMap((cause: unknown) => (isRecord(cause) && typeof cause.field === 'string' ? [cause.field] : []));
}

/** Reads a parsed `Status`, as a watch carries it. */
export function toApiStatus(value: unknown, code: number, retryAfterMs: number | undefined): ApiStatus {
  if (!isRecord(value) || value.kind !== 'Status') {
    return { code, reason: undefined, message: `HTTP status ${code}`, fields: [], retryAfterMs, isStatus: false };
  }
  const details = isRecord(value.details) ? value.details : {};
  const seconds = details.retryAfterSeconds;
  return {
    code: typeof value.code === 'number' ? value.code : code,
    reason: typeof value.reason === 'string' ? value.reason : undefined,
    message: (typeof value.message === 'string' ? value.message : `HTTP status ${code}`).slice(0, TEXT_MAX_LENGTH),
    fields: fieldsOf(details),
    retryAfterMs: retryAfterMs ?? (typeof seconds === 'number' ? seconds * 1_000 : undefined),
    isStatus: true,
  };
}

/** Reads the answer to a request that failed. */
export function readApiStatus(response: {
  readonly status: number;
  readonly retryAfterMs: number | undefined;
  readonly body: string;
}): ApiStatus {
  return toApiStatus(parse(response.body), response.status, response.retryAfterMs);
}
