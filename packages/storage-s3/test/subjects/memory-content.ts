import type { ObjectContent } from '@k4e/core/ports';

/** Content of bytes that never change. */
export function memoryContent(bytes: Uint8Array): ObjectContent {
  return {
    sizeBytes: bytes.byteLength,
    read: (offset, lengthBytes) => Promise.resolve(bytes.subarray(offset, offset + lengthBytes)),
    confirm: () => Promise.resolve(),
  };
}
