import { isUtf8 } from 'node:buffer';
import { errorText } from '@k4e/core';
import { messageSchema } from '@k4e/core/protocol';
import type { Message } from '@k4e/core/protocol';
import { jsonExcess } from './json-bounds.ts';
import { refusal } from './refusal.ts';
import type { Refusal } from './refusal.ts';

/** A message, or why the body is none. */
export type ReadEnvelope = { readonly message: Message } | { readonly refused: Refusal };

/** Reasons of a 422 (wire: go-openapi validation codes). */
const INVALID_TYPE = 601;
const REQUIRED = 602;
const TOO_LONG = 603;
const TOO_SHORT = 604;
const NOT_IN_ENUM = 606;

/** Which of them stands for an issue of zod. */
const CODES: Readonly<Record<string, number>> = { too_big: TOO_LONG, too_small: TOO_SHORT, invalid_value: NOT_IN_ENUM };

/** A message was needed and nothing was sent (wire: 422 with code 602). */
export const MISSING_BODY: Refusal = refusal(422, 'a message is required in the body', { code: REQUIRED });

/**
 * Reads the envelope of a message. What is no JSON is refused with 400, what is no envelope with 422 (wire): without a body,
 * with an unknown `type`, a `sent` that is no date, or members of another type. The content is not looked at.
 */
export function readEnvelope(body: Buffer): ReadEnvelope {
  if (body.length === 0) return { refused: MISSING_BODY };
  const json = parseJson(body);
  if ('refused' in json) return json;
  if (json.value === null) return { refused: MISSING_BODY };
  const result = messageSchema.safeParse(json.value);
  if (result.success) return { message: result.data };
  const [issue] = result.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? 'the body' : issue.path.join('.');
  const code = CODES[issue?.code ?? ''] ?? INVALID_TYPE;
  return { refused: refusal(422, `${where}: ${issue?.message ?? 'not a message'}`, { code }) };
}

function parseJson(body: Buffer): { readonly value: unknown } | { readonly refused: Refusal } {
  const excess = isUtf8(body) ? jsonExcess(body) : 'the body is not UTF-8';
  if (excess !== undefined) return { refused: refusal(400, excess) };
  try {
    return { value: JSON.parse(body.toString('utf8')) };
  } catch (error) {
    return { refused: refusal(400, `the body is not JSON: ${errorText(error)}`) };
  }
}
