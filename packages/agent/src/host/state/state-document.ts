import { createHash } from 'node:crypto';

const MAGIC = 'k4e-state 1';
const LENGTH_DIGITS = 10;

/** Length of the line that stands before the content of a stored document, in bytes. */
export const STATE_HEADER_BYTES = encodeHeader(new Uint8Array(0)).byteLength;

/** How stored bytes read: the content that was written, or why they are not a sound document. */
export type DecodedStateDocument =
  { readonly kind: 'sound'; readonly content: Uint8Array } | { readonly kind: 'damaged'; readonly reason: string };

/**
 * A document as it is stored: one line of text (format and its version, length in bytes, SHA-256 of the content in
 * hex), then the content as it is. A file that was cut short, filled with zeros or changed anywhere does not decode.
 */
export function encodeStateDocument(content: Uint8Array): Uint8Array {
  return Buffer.concat([encodeHeader(content), content]);
}

/** Reads stored bytes. */
export function decodeStateDocument(stored: Uint8Array): DecodedStateDocument {
  const content = stored.subarray(STATE_HEADER_BYTES);
  const found = Buffer.from(stored.subarray(0, STATE_HEADER_BYTES)).toString('latin1');
  if (found === encodeHeader(content).toString('latin1')) return { kind: 'sound', content: Uint8Array.from(content) };
  return { kind: 'damaged', reason: reasonOf(found, content.byteLength) };
}

function encodeHeader(content: Uint8Array): Buffer {
  const length = content.byteLength.toString().padStart(LENGTH_DIGITS, '0');
  const checksum = createHash('sha256').update(content).digest('hex');
  return Buffer.from(`${MAGIC} ${length} ${checksum}\n`, 'latin1');
}

function reasonOf(header: string, contentLength: number): string {
  if (!header.startsWith(`${MAGIC} `)) return 'it does not begin as a state document of this version does';
  const length = Number(header.slice(MAGIC.length + 1, MAGIC.length + 1 + LENGTH_DIGITS));
  if (length !== contentLength) return `it says it has ${length} bytes, and has ${contentLength}`;
  return 'its checksum does not match';
}
