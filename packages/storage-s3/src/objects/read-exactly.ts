import { K4eError } from '@k4e/core';
import type { CallOptions, ObjectContent } from '@k4e/core/ports';

/** Reads a range, and takes content that is shorter than it said for changed. */
export async function readExactly(
  content: ObjectContent,
  offset: number,
  lengthBytes: number,
  options: CallOptions,
): Promise<Uint8Array> {
  if (lengthBytes === 0) return new Uint8Array(0);
  const bytes = await content.read(offset, lengthBytes, options);
  if (bytes.byteLength !== lengthBytes) throw new K4eError('UPLOAD_SOURCE_CHANGED');
  return bytes;
}
