import { expect, test } from 'vitest';
import type { WorkerData } from '../../ports/index.ts';
import { MAX_BODY_BYTES } from '../../protocol/index.ts';
import { outgoingMessage } from './outgoing-message.ts';

const stamp = { nowMs: Date.UTC(2026, 0, 1), id: 'fresh' };
const data = (change: Partial<WorkerData> = {}, content = '{"a":[1]}'): WorkerData => ({
  ...{ messageId: 'm1', responseTo: '', directive: 'heartbeat', metadata: {} },
  content: new TextEncoder().encode(content),
  ...change,
});

test('the envelope has what the worker gave, and content as it is', () => {
  expect(outgoingMessage(data({ responseTo: 'm0', metadata: { a: 'b' } }), stamp)).toEqual({
    ...{ type: 'data', message_id: 'm1', response_to: 'm0', version: 1, sent: '2026-01-01T00:00:00.000Z' },
    ...{ directive: 'heartbeat', metadata: { a: 'b' }, content: { a: [1] } },
  });
});

test('what the worker left out is not sent, but the id', () => {
  const message = outgoingMessage(data({ messageId: '' }, ''), stamp);
  expect(Object.keys(message)).toEqual(['type', 'message_id', 'version', 'sent', 'directive', 'content']);
  expect(message).toMatchObject({ message_id: 'fresh', content: null });
});

test.each(['{', 'nope', '\u0000'])('content %j is no JSON', (content) => {
  expect(() => outgoingMessage(data({}, content), stamp)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
});

test('content that is no UTF-8 is refused', () => {
  const content = new Uint8Array([0x22, 0xff, 0x22]);
  expect(() => outgoingMessage(data({ content }), stamp)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
});

test('a message of just the largest size is sent, of a byte more is not', () => {
  const rest = JSON.stringify(outgoingMessage(data({}, '""'), stamp)).length;
  const fill = (count: number): string => `"${'x'.repeat(count)}"`;
  expect(() => outgoingMessage(data({}, fill(MAX_BODY_BYTES - rest)), stamp)).not.toThrow();
  expect(() => outgoingMessage(data({}, fill(MAX_BODY_BYTES - rest + 1)), stamp)).toThrow(
    expect.objectContaining({ code: 'TOO_LARGE' }),
  );
});
