import { MAX_JSON_DEPTH, MAX_JSON_VALUES } from './edge-limits.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPENING_BRACKET = 0x5b;
const CLOSING_BRACKET = 0x5d;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

/**
 * Looks over JSON text, before anything is built from it, for nesting deeper than `MAX_JSON_DEPTH` and for more than
 * `MAX_JSON_VALUES` values. Says what is wrong in words, or `undefined`. Text that is no JSON is left to the parser.
 */
export function jsonExcess(text: Uint8Array): string | undefined {
  let depth = 0;
  let values = 1;
  let isInString = false;
  for (let at = 0; at < text.length; at++) {
    const byte = text[at];
    if (byte === QUOTE) isInString = !isInString;
    else if (isInString) at += byte === BACKSLASH ? 1 : 0;
    else if (byte === COMMA) values++;
    else if (byte === CLOSING_BRACE || byte === CLOSING_BRACKET) depth--;
    else if (byte === OPENING_BRACE || byte === OPENING_BRACKET) {
      values++;
      if (++depth > MAX_JSON_DEPTH) return `the body is nested deeper than ${String(MAX_JSON_DEPTH)} levels`;
    }
  }
  return values > MAX_JSON_VALUES ? `the body has more than ${String(MAX_JSON_VALUES)} values` : undefined;
}
