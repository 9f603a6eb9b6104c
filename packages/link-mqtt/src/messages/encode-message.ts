import { K4eError } from '@k4e/core';
import { MAX_BODY_BYTES } from '@k4e/core/protocol';
import type { Message } from '@k4e/core/protocol';

/** A message as it travels. Throws `TOO_LARGE` for more than `MAX_BODY_BYTES`. */
export function encodeMessage(message: Message, topic: string): string {
  const body = JSON.stringify(message);
  const sizeBytes = Buffer.byteLength(body);
  if (sizeBytes <= MAX_BODY_BYTES) return body;
  const words = `a message of ${sizeBytes} bytes, ${MAX_BODY_BYTES} are allowed`;
  throw new K4eError('TOO_LARGE', { subject: topic, message: words, retry: 'never' });
}
