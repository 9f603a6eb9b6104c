import { K4eError, errorText } from '@k4e/core';
import { MAX_BODY_BYTES, messageSchema, readContent } from '@k4e/core/protocol';
import type { Message } from '@k4e/core/protocol';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * The message that was received; `undefined` for an empty one, which says nothing. Throws `TOO_LARGE`, or `LINK_GARBAGE` for what is
 * none.
 */
export function decodeMessage(payload: Uint8Array, topic: string): Message | undefined {
  if (payload.byteLength === 0) return undefined;
  if (payload.byteLength > MAX_BODY_BYTES) {
    const message = `a message of more than ${MAX_BODY_BYTES} bytes`;
    throw new K4eError('TOO_LARGE', { subject: topic, message, retry: 'never' });
  }
  try {
    return readContent(messageSchema, JSON.parse(utf8.decode(payload)), topic);
  } catch (cause) {
    throw new K4eError('LINK_GARBAGE', { subject: topic, message: `not a message: ${errorText(cause)}`, cause });
  }
}
