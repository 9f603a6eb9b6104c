import { errorCode, errorText } from '@k4e/core';
import { redactText } from './redact-text.ts';

/** Deepest nesting of a field that is written; what lies deeper becomes `[deep]`. */
export const MAX_FIELD_DEPTH = 6;
/** Most values of one line, over all its fields; the rest becomes `[more]`. */
export const MAX_FIELD_VALUES = 500;
/** Longest text that is written, in characters; longer ones are cut. */
export const MAX_TEXT_LENGTH = 8_192;
/** Most causes of an error that are followed. */
const MAX_CAUSES = 4;

const SECRET_KEY =
  /passw(or)?d|secret|token|authorization|cookie|credential|access_?key|private_?key|auth_?file|registry_?auth/i;
/** Stands where a secret was. */
export const REDACTED = '[redacted]';

/**
 * A copy of `fields` that is safe to write: members with the name of a secret are replaced, credentials in URLs are taken
 * out, errors become their words and codes (never their properties: those hold requests), and size and depth are bounded.
 */
export function loggableFields(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return copyMembers(fields, { depth: 0, budget: { values: MAX_FIELD_VALUES } });
}

/** Cuts and redacts a text for a log line. */
export function loggableText(text: string): string {
  const cut = text.length > MAX_TEXT_LENGTH ? `${text.slice(0, MAX_TEXT_LENGTH)}[cut]` : text;
  return redactText(cut);
}

interface Place {
  readonly depth: number;
  readonly budget: { values: number };
}

function copyMembers(value: object, place: Place): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value)) {
    if (member === undefined || key === '__proto__') continue;
    if (place.budget.values <= 0) return Object.assign(copy, { more: '[more]' });
    copy[key] = SECRET_KEY.test(key) ? REDACTED : copyValue(member, place);
  }
  return copy;
}

function copyValue(value: unknown, { depth, budget }: Place): unknown {
  budget.values -= 1;
  if (typeof value === 'string') return loggableText(value);
  if (typeof value === 'bigint' || typeof value === 'symbol' || typeof value === 'function') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Error) return describeError(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (depth >= MAX_FIELD_DEPTH) return '[deep]';
  const place = { depth: depth + 1, budget };
  return Array.isArray(value) ? copyList(value, place) : copyMembers(value, place);
}

function copyList(list: readonly unknown[], place: Place): unknown[] {
  const copy: unknown[] = [];
  for (const item of list) {
    if (place.budget.values <= 0) return [...copy, '[more]'];
    copy.push(copyValue(item, place));
  }
  return copy;
}

function describeError(error: Error): Record<string, unknown> {
  const causes: string[] = [];
  for (let cause = error.cause; cause !== undefined && causes.length < MAX_CAUSES;) {
    causes.push(loggableText(errorText(cause)));
    cause = cause instanceof Error ? cause.cause : undefined;
  }
  const code = errorCode(error);
  return {
    message: loggableText(error.message),
    ...(code === undefined ? { stack: loggableText(error.stack ?? '') } : { code }),
    ...(causes.length > 0 ? { causes } : {}),
  };
}
