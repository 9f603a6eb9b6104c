import { expect, test } from 'vitest';
import { memoryModuleBytes } from './memory-modules.ts';

const MIB = 1_048_576;
const TYPE_MEMORY = 17;
const FORMATTED_BYTES = 0x28;

function structure(type: number, fill: (view: DataView) => void, texts = 'Bank\0Maker\0\0'): Buffer {
  const formatted = Buffer.alloc(FORMATTED_BYTES);
  formatted.set([type, FORMATTED_BYTES]);
  fill(new DataView(formatted.buffer, formatted.byteOffset, formatted.byteLength));
  return Buffer.concat([formatted, Buffer.from(texts, 'latin1')]);
}
const memory = (size: number, extended = 0): Buffer =>
  structure(TYPE_MEMORY, (view) => {
    view.setUint16(0x0c, size, true);
    view.setUint32(0x1c, extended, true);
  });
const other = structure(4, (view) => view.setUint16(0x0c, 9_999, true), '\0\0');

test('adds modules up: megabytes, kilobytes, extended sizes; empty slots and unknown sizes are nothing', () => {
  const table = [other, memory(4_096), memory(0x8000 | 512), memory(0), memory(0xffff), other, memory(0x7fff, 65_536)];
  expect(memoryModuleBytes(Buffer.concat(table))).toBe(4_096 * MIB + 512 * 1_024 + 65_536 * MIB);
});

test('a table without memory, or without anything, tells nothing', () => {
  expect(memoryModuleBytes(other)).toBeUndefined();
  expect(memoryModuleBytes(new Uint8Array(0))).toBeUndefined();
});

test('a table cut anywhere, or of zeros, ends and never counts too much', () => {
  const table = Buffer.concat([memory(1), memory(2), other]);
  for (let length = 0; length < table.byteLength; length++) {
    expect(memoryModuleBytes(table.subarray(0, length)) ?? 0).toBeLessThanOrEqual(3 * MIB);
  }
  expect(memoryModuleBytes(new Uint8Array(10_000))).toBeUndefined();
});
