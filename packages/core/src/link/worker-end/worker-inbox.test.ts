import type { Message } from '../../protocol/index.ts';
import { expect, test } from 'vitest';
import { createFakeClock } from '../../testing/index.ts';
import { createWorkerInbox } from './worker-inbox.ts';

const message = (id: string): Message => ({ message_id: id });
const { signal } = new AbortController();

test('a disconnect comes first, and several are one', async () => {
  const inbox = createWorkerInbox(createFakeClock());
  inbox.putData(message('d'));
  inbox.putDisconnect(message('c1'));
  inbox.putDisconnect(message('c2'));
  expect(await inbox.take(signal)).toEqual({ channel: 'control', message: message('c2') });
  expect(await inbox.take(signal)).toEqual({ channel: 'data', message: message('d') });
});

test('the newest message takes the place of those that nobody took', async () => {
  const inbox = createWorkerInbox(createFakeClock());
  for (const id of ['1', '2', '3']) inbox.putData(message(id));
  expect(await inbox.take(signal)).toMatchObject({ message: message('3') });
  const next = inbox.take(signal);
  inbox.putData(message('4'));
  expect(await next).toMatchObject({ message: message('4') });
});

test('a signal ends a wait, and what comes later waits for the next', async () => {
  const inbox = createWorkerInbox(createFakeClock());
  const stop = new AbortController();
  const none = inbox.take(stop.signal);
  stop.abort();
  expect(await none).toBeUndefined();
  inbox.putData(message('1'));
  expect(await inbox.take(stop.signal)).toBeUndefined();
  expect(await inbox.take(signal)).toMatchObject({ message: message('1') });
});
