import { K4eError, errorText } from '../../foundation/index.ts';
import type { WorkerData } from '../../ports/index.ts';
import { ENVELOPE_VERSION, MAX_BODY_BYTES, messageSchema, readContent } from '../../protocol/index.ts';
import type { Message } from '../../protocol/index.ts';

const sizeOf = (text: string): number => new TextEncoder().encode(text).byteLength;

/** A message as it passes between gateway and worker: content as JSON text, none as no bytes; metadata as texts. */
export function workerDataOf(message: Message, directive = message.directive ?? ''): WorkerData {
  const metadata = Object.entries(message.metadata ?? {}).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, typeof value === 'string' ? value : JSON.stringify(value)]],
  );
  return {
    messageId: message.message_id ?? '',
    responseTo: message.response_to ?? '',
    directive,
    metadata: Object.fromEntries(metadata),
    content: new TextEncoder().encode(message.content === undefined ? '' : JSON.stringify(message.content)),
  };
}

/** A message as a worker gives it to its gateway, which makes the envelope anew. Throws `TOO_LARGE`. */
export function outgoingDataOf(message: Message): WorkerData {
  const sizeBytes = sizeOf(JSON.stringify(message));
  if (sizeBytes > MAX_BODY_BYTES) {
    const words = `a message of ${sizeBytes} bytes, ${MAX_BODY_BYTES} are allowed`;
    throw new K4eError('TOO_LARGE', { message: words, retry: 'never' });
  }
  // Gateways written in Go embed the bytes as they are: none would be no JSON.
  return workerDataOf({ ...message, content: message.content ?? null });
}

/**
 * The message that data from a gateway stand for (wire: the content is the JSON of the envelope's content; type, version and
 * time of the envelope are not passed on). Throws `INVALID_INPUT`.
 */
export function incomingMessageOf({ messageId, responseTo, directive, metadata, content }: WorkerData): Message {
  const envelope = {
    type: 'data',
    message_id: messageId,
    ...(responseTo === '' ? {} : { response_to: responseTo }),
    version: ENVELOPE_VERSION,
    directive,
    metadata,
    ...(content.byteLength === 0 ? {} : { content: parse(content) }),
  };
  return readContent(messageSchema, envelope, 'a message');
}

function parse(content: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(content));
  } catch (cause) {
    const message = `the content is not JSON: ${errorText(cause)}`;
    throw new K4eError('INVALID_INPUT', { message, retry: 'never', cause });
  }
}
