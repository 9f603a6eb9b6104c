import * as z from 'zod';
import { isRecord } from '../../foundation/index.ts';
import { HEARTBEAT_DIRECTIVE, REGISTRATION_DIRECTIVE, messageSchema, readContent } from '../../protocol/index.ts';
import type { Message } from '../../protocol/index.ts';

/** What an outbox tells apart: of heartbeats the newest says all, a registration must survive, others are only kept. */
export type OutboxKind = 'registration' | 'heartbeat' | 'other';

/** A message that waits for the control plane. */
export interface OutboxEntry {
  /** Unique in an outbox, ascending with age. */
  readonly id: number;
  readonly kind: OutboxKind;
  readonly message: Message;
  /** Of the message as JSON in UTF-8. */
  readonly sizeBytes: number;
}

/** What a message is to an outbox. */
export function kindOf({ directive }: Message): OutboxKind {
  if (directive === HEARTBEAT_DIRECTIVE) return 'heartbeat';
  return directive === REGISTRATION_DIRECTIVE ? 'registration' : 'other';
}

/** An entry for a message. */
export function createOutboxEntry(id: number, message: Message): OutboxEntry {
  return { id, kind: kindOf(message), message, sizeBytes: messageSizeBytes(message) };
}

/** Size of a message as it travels. */
export function messageSizeBytes(message: Message): number {
  return Buffer.byteLength(JSON.stringify(message));
}

const DOCUMENT_VERSION = 1;
const documentSchema = z.object({ version: z.literal(DOCUMENT_VERSION), messages: z.array(messageSchema) });

/** The document that holds entries. */
export function encodeOutbox(entries: readonly OutboxEntry[]): Uint8Array {
  const messages = entries.map(({ message }) => message);
  return new TextEncoder().encode(JSON.stringify({ version: DOCUMENT_VERSION, messages }));
}

/** Reads a document that `encodeOutbox` wrote; ids are new, from 0. Throws `INVALID_INPUT`, or what JSON throws. */
export function decodeOutbox(bytes: Uint8Array): readonly OutboxEntry[] {
  const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  const { messages } = readContent(documentSchema, isRecord(value) ? value : {}, 'outbox');
  return messages.map((message, id) => createOutboxEntry(id, message));
}
