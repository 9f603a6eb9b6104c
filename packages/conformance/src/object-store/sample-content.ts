import { K4eError } from '@k4e/core';
import type { ObjectContent } from '@k4e/core/ports';

/** Bytes of that size which differ from place to place, and with `seed`. */
export function sampleBytes(sizeBytes: number, seed = 1): Uint8Array {
  const bytes = new Uint8Array(sizeBytes);
  let state = seed;
  for (let index = 0; index < sizeBytes; index += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[index] = state >>> 24;
  }
  return bytes;
}

/** Content of those bytes, which never change. */
export function steady(bytes: Uint8Array): ObjectContent {
  return {
    sizeBytes: bytes.byteLength,
    read: async (offset, lengthBytes) => Promise.resolve(bytes.slice(offset, offset + lengthBytes)),
    confirm: async () => Promise.resolve(),
  };
}

/** The same, but what was read is something else as soon as it is released. */
export function overwrittenWhenReleased(bytes: Uint8Array): ObjectContent {
  return { ...steady(bytes), release: (released) => void released.fill(0xa5) };
}

/** The same, but `confirm` finds it changed. */
export function changedAtLast(bytes: Uint8Array): ObjectContent {
  return { ...steady(bytes), confirm: async () => Promise.reject(new K4eError('UPLOAD_SOURCE_CHANGED')) };
}

/** The same, but reading at `offset` or behind it finds it changed. */
export function changedFrom(bytes: Uint8Array, offset: number): ObjectContent {
  const content = steady(bytes);
  return {
    ...content,
    read: async (from, lengthBytes) => {
      if (from + lengthBytes > offset) throw new K4eError('UPLOAD_SOURCE_CHANGED');
      return content.read(from, lengthBytes);
    },
  };
}

/** The same, but reading at `offset` or behind it calls `onStuck`, and then waits for ever: until its signal fires. */
export function stuckFrom(bytes: Uint8Array, offset: number, onStuck: () => void): ObjectContent {
  const content = steady(bytes);
  return {
    ...content,
    read: async (from, lengthBytes, { signal } = {}) => {
      if (from + lengthBytes <= offset) return content.read(from, lengthBytes);
      onStuck();
      return new Promise((_resolve, reject) => {
        const stop = (): void => reject(new K4eError('ABORTED'));
        if (signal?.aborted === true) stop();
        signal?.addEventListener('abort', stop, { once: true });
      });
    },
  };
}
