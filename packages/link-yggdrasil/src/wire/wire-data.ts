import { checkWorkerContent } from '@k4e/core/ports';
import type { WorkerAnswer, WorkerData } from '@k4e/core/ports';
import * as z from 'zod';
import type { WireData } from './wire-messages.ts';

/** A message as it travels. Throws `TOO_LARGE`. */
export function toWireData({ messageId, responseTo, directive, metadata, content }: WorkerData): WireData {
  checkWorkerContent(content);
  return { message_id: messageId, response_to: responseTo, directive, metadata: { ...metadata }, content };
}

/** A message that came. Throws `TOO_LARGE`. */
export function fromWireData({ message_id, response_to, directive, metadata, content }: WireData): WorkerData {
  checkWorkerContent(content);
  return { messageId: message_id, responseTo: response_to, directive, metadata, content: plainBytes(content) };
}

/** The same bytes, not as a Buffer of Node: its methods differ. */
function plainBytes({ buffer, byteOffset, byteLength }: Uint8Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

const answerSchema = z.object({
  StatusCode: z.number().int(),
  Body: z.unknown().optional(),
  Metadata: z.record(z.string(), z.string()).nullish(),
});

/** An answer as bytes (wire: a JSON object in Response). */
export function encodeAnswer({ statusCode, body, metadata }: WorkerAnswer): Uint8Array {
  return Buffer.from(JSON.stringify({ StatusCode: statusCode, Body: body ?? null, Metadata: metadata }));
}

/**
 * The answer that bytes stand for; `undefined` when there are none: of the older generation, and over MQTT. Throws when they
 * are something else.
 */
export function decodeAnswer(bytes: Uint8Array): WorkerAnswer | undefined {
  if (bytes.byteLength === 0) return undefined;
  const { StatusCode, Body, Metadata } = answerSchema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  return { statusCode: StatusCode, body: Body ?? undefined, metadata: Metadata ?? {} };
}
