import { K4eError, errorText } from '../../foundation/index.ts';
import type { WorkerData } from '../../ports/index.ts';
import { MAX_BODY_BYTES, MAX_SHORT_TEXT, createMessage } from '../../protocol/index.ts';
import type { Message } from '../../protocol/index.ts';
import { messageSizeBytes } from '../outbox/index.ts';

/**
 * The envelope of what a worker sends (wire: type `data`, content embedded raw). Throws `INVALID_INPUT` when the content is no
 * JSON or the directive is too long, `TOO_LARGE` when the message is more than the control plane takes.
 */
export function outgoingMessage(data: WorkerData, stamp: { readonly nowMs: number; readonly id: string }): Message {
  const { directive, responseTo } = data;
  const id = data.messageId === '' ? stamp.id : data.messageId;
  if ([directive, responseTo, id].some((text) => text.length > MAX_SHORT_TEXT)) {
    throw new K4eError('INVALID_INPUT', {
      message: `a directive or id is longer than ${MAX_SHORT_TEXT}`,
      retry: 'never',
    });
  }
  const parts = { type: 'data', directive, content: readJson(data) } as const;
  const envelope = createMessage({ ...parts, ...(responseTo === '' ? {} : { responseTo }) }, { ...stamp, id });
  const hasMetadata = Object.keys(data.metadata).length > 0;
  const message = hasMetadata ? { ...envelope, metadata: data.metadata } : envelope;
  const sizeBytes = messageSizeBytes(message);
  if (sizeBytes <= MAX_BODY_BYTES) return message;
  const words = `a message of ${sizeBytes} bytes, ${MAX_BODY_BYTES} are allowed`;
  throw new K4eError('TOO_LARGE', { subject: directive, message: words, retry: 'never' });
}

/** No content at all is `null`, as peers written in Go have it. */
function readJson({ content, directive }: WorkerData): unknown {
  if (content.byteLength === 0) return null;
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(content));
  } catch (error) {
    const message = `the content is no JSON: ${errorText(error).slice(0, 200)}`;
    throw new K4eError('INVALID_INPUT', { subject: directive.slice(0, 100), message, retry: 'never' });
  }
}
