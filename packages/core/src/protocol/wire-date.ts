import * as z from 'zod';

/** Longest date text that is looked at, in characters. */
const MAX_DATE_LENGTH = 64;

const WIRE_DATE = /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2})(:\d{2})?(?:[.,](\d{1,9}))?([Zz]|[+-]\d{2}:?\d{2})?$/;

/** How a date text reads: a time in RFC 3339 UTC, not set at all, or not a date. */
export type WireDate =
  { readonly kind: 'time'; readonly time: string } | { readonly kind: 'unset' } | { readonly kind: 'invalid' };

/**
 * Reads a date as k4e and yggdrasil peers write it (wire: go-openapi strfmt): RFC 3339 with 0 to 9 fractional digits and
 * any offset, also without seconds or offset (then UTC). The empty text and Go's zero time (year 1) mean "not set".
 */
export function readWireDate(text: string): WireDate {
  if (text === '') return { kind: 'unset' };
  const match = text.length <= MAX_DATE_LENGTH ? WIRE_DATE.exec(text) : null;
  if (match === null) return { kind: 'invalid' };
  const [, day, minute, second = ':00', fraction = '0', offset = 'Z'] = match;
  const zone = /^[Zz]$/.test(offset) ? 'Z' : offset.length === 5 ? `${offset.slice(0, 3)}:${offset.slice(3)}` : offset;
  const epochMs = Date.parse(`${day}T${minute}${second}.${fraction.padEnd(3, '0').slice(0, 3)}${zone}`);
  if (Number.isNaN(epochMs)) return { kind: 'invalid' };
  const time = new Date(epochMs).toISOString();
  return /^(0001|0000|-)/.test(time) ? { kind: 'unset' } : { kind: 'time', time };
}

/** Writes a time as upstream peers do: RFC 3339 with just three fractional digits. */
export function formatWireDate(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

/** A date member: reads to RFC 3339 UTC text, or `undefined` when it is not set. Anything else is an error. */
export const wireDate = z
  .string()
  .nullish()
  .transform((text, context): string | undefined => {
    const date = readWireDate(text ?? '');
    if (date.kind === 'time') return date.time;
    if (date.kind === 'invalid') context.addIssue({ code: 'custom', message: 'not a date-time (RFC 3339)' });
    return undefined;
  });
