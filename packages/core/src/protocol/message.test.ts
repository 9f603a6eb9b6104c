import { expect, test } from 'vitest';
import { createMessage, messageSchema } from './message.ts';

const STAMP = { nowMs: Date.UTC(2021, 10, 23, 2, 16, 37, 5), id: 'id-1' };

test('an envelope is complete, and has no member without a value', () => {
  expect(createMessage({ type: 'data', directive: 'heartbeat', responseTo: 'id-0', content: { a: 1 } }, STAMP)).toEqual(
    {
      type: 'data',
      message_id: 'id-1',
      response_to: 'id-0',
      version: 1,
      sent: '2021-11-23T02:16:37.005Z',
      directive: 'heartbeat',
      content: { a: 1 },
    },
  );
  expect(Object.keys(createMessage({ type: 'command', content: null }, STAMP))).toEqual([
    ...['type', 'message_id', 'version', 'sent', 'content'],
  ]);
});

test.each([null, 0, '', false, [], {}, 'text', { deep: [null] }])(
  'content may be %j, and comes through as it is',
  (content) => {
    expect(messageSchema.parse({ type: 'event', content }).content).toEqual(content);
  },
);

test('content may be missing', () => {
  expect(messageSchema.parse({ type: 'event' }).content).toBeUndefined();
});

test.each(['Data', 'data ', 'unknown', ''])('the type %j is refused', (type) => {
  expect(messageSchema.safeParse({ type }).success).toBe(false);
});
