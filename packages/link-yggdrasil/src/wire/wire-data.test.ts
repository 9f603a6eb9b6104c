import { MAX_WORKER_CONTENT_BYTES } from '@k4e/core/ports';
import { expect, test } from 'vitest';
import { decodeAnswer, encodeAnswer, fromWireData, toWireData } from './wire-data.ts';

const data = (sizeBytes: number) => ({
  messageId: 'm',
  responseTo: 'r',
  directive: 'd',
  metadata: { a: 'b' },
  content: new Uint8Array(sizeBytes),
});

test('content of the limit passes in both directions, one byte more does not', () => {
  const full = data(MAX_WORKER_CONTENT_BYTES);
  expect(fromWireData(toWireData(full))).toEqual(full);
  const over = data(MAX_WORKER_CONTENT_BYTES + 1);
  expect(() => toWireData(over)).toThrow('1048577 bytes');
  expect(() => fromWireData({ ...toWireData(full), content: over.content })).toThrow('1048577 bytes');
});

test('an answer is the JSON object that yggdrasil sends', () => {
  const bytes = encodeAnswer({ statusCode: 200, body: { a: 1 }, metadata: { H: 'x;y' } });
  expect(Buffer.from(bytes).toString()).toBe('{"StatusCode":200,"Body":{"a":1},"Metadata":{"H":"x;y"}}');
  expect(decodeAnswer(bytes)).toEqual({ statusCode: 200, body: { a: 1 }, metadata: { H: 'x;y' } });
  expect(decodeAnswer(encodeAnswer({ statusCode: 200, metadata: {} }))).toEqual({ statusCode: 200, metadata: {} });
  expect(decodeAnswer(new Uint8Array())).toBeUndefined();
});
