import * as z from 'zod';
import { MAX_SHORT_TEXT } from './limits.ts';
import { formatWireDate, wireDate } from './wire-date.ts';
import { wireInt, wireObject, wireText } from './wire-types.ts';

/** Version of the envelope (wire: always 1; says nothing of the configuration). */
export const ENVELOPE_VERSION = 1;
/** Directive of everything that is meant for the device worker (wire). */
export const DEVICE_DIRECTIVE = 'device';

/**
 * The envelope around everything that travels, in both directions (wire: k4e/yggdrasil message). `content` is any JSON
 * value, embedded raw. Reads tolerantly: every member may be missing, `null` stands for missing, unknown ones are ignored.
 */
export const messageSchema = z.object({
  type: z
    .enum(['connection-status', 'command', 'event', 'data'])
    .nullish()
    .transform((type) => type ?? undefined),
  message_id: wireText(MAX_SHORT_TEXT),
  response_to: wireText(MAX_SHORT_TEXT),
  version: wireInt(),
  sent: wireDate,
  directive: wireText(MAX_SHORT_TEXT),
  metadata: wireObject(z.record(z.string(), z.unknown())),
  content: z.unknown().optional(),
});

/** The envelope, as it was read or as it is to be sent. */
export interface Message {
  readonly type?: 'connection-status' | 'command' | 'event' | 'data' | undefined;
  readonly message_id?: string | undefined;
  readonly response_to?: string | undefined;
  readonly version?: number | undefined;
  /** RFC 3339. */
  readonly sent?: string | undefined;
  readonly directive?: string | undefined;
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
  readonly content?: unknown;
}

/** What a sender decides of an envelope; the rest is filled in by `createMessage`. */
export interface MessageParts {
  readonly type: NonNullable<Message['type']>;
  readonly directive?: string;
  readonly responseTo?: string;
  readonly content: unknown;
}

/** A complete envelope; members without a value are left out, never `null`. `id` is a random UUID. */
export function createMessage(parts: MessageParts, stamp: { readonly nowMs: number; readonly id: string }): Message {
  return {
    type: parts.type,
    message_id: stamp.id,
    ...(parts.responseTo === undefined ? {} : { response_to: parts.responseTo }),
    version: ENVELOPE_VERSION,
    sent: formatWireDate(stamp.nowMs),
    ...(parts.directive === undefined ? {} : { directive: parts.directive }),
    content: parts.content,
  };
}
