import { expect, test } from 'vitest';
import { STATE_HEADER_BYTES, decodeStateDocument, encodeStateDocument } from './state-document.ts';

const content = new TextEncoder().encode('the configuration');
const stored = encodeStateDocument(content);

test('what was encoded decodes to itself, and is read by people', () => {
  expect(decodeStateDocument(stored)).toEqual({ kind: 'sound', content });
  expect(new TextDecoder().decode(stored)).toMatch(/^k4e-state 1 0000000017 [0-9a-f]{64}\nthe configuration$/);
});

test('whatever single byte changes, it is damaged', () => {
  for (let index = 0; index < stored.byteLength; index++) {
    const changed = stored.slice();
    changed[index] = (changed[index] ?? 0) ^ 1;
    expect(decodeStateDocument(changed).kind, `byte ${index}`).toBe('damaged');
  }
});

test('wherever it is cut short, it is damaged', () => {
  for (let length = 0; length < stored.byteLength; length++) {
    expect(decodeStateDocument(stored.subarray(0, length)).kind, `length ${length}`).toBe('damaged');
  }
});

test.each([
  ['not begin as a state document', new Uint8Array(stored.byteLength)],
  ['not begin as a state document', new TextEncoder().encode('k4e-state 2 ')],
  ['it says it has 17 bytes, and has 18', Buffer.concat([stored, Buffer.from('x')])],
  ['checksum', Buffer.concat([stored.subarray(0, STATE_HEADER_BYTES), Buffer.from('The configuration')])],
])('says what is wrong: %s', (reason, bytes) => {
  const decoded = decodeStateDocument(bytes);
  expect(decoded.kind === 'damaged' && decoded.reason).toContain(reason);
});
