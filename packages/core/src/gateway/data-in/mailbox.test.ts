import { expect, test } from 'vitest';
import { MAX_MAILBOX_MESSAGES, emptyMailbox, putMessage, putWorker, takeMessage } from './mailbox.ts';
import type { Mailbox } from './mailbox.ts';

const message = (content: number) => ({ content });
const worker = (registrationId: string) => ({
  handler: 'w',
  registrationId,
  pid: 1,
  hasDetachedContent: false,
  features: {},
});
const put = (mailbox: Mailbox, ...contents: number[]): Mailbox =>
  contents.reduce((box, content) => putMessage(box, message(content)).mailbox, mailbox);
const waiting = (mailbox: Mailbox): unknown[] => mailbox.waiting.map(({ content }) => content);

test('of configurations the newest waits', () => {
  expect(waiting(put(emptyMailbox('w', true), 1, 2, 3))).toEqual([3]);
});

test(`of others the newest ${MAX_MAILBOX_MESSAGES} wait, in order, and it is said what was lost`, () => {
  const full = put(emptyMailbox('w', false), ...Array(MAX_MAILBOX_MESSAGES).keys());
  expect([full.waiting.length, waiting(full)[0]]).toEqual([MAX_MAILBOX_MESSAGES, 0]);
  const { mailbox, lost } = putMessage(full, message(99));
  expect([lost, waiting(mailbox)[0], waiting(mailbox).at(-1)]).toEqual([1, 1, 99]);
});

test('a delivered configuration comes again to a worker that registers anew, and not to the same one', () => {
  const box = putWorker(put(emptyMailbox('w', true), 1), worker('a'));
  const taken = takeMessage(box, box.waiting[0]!, 'a');
  expect(waiting(taken)).toEqual([]);
  expect(waiting(putWorker(taken, worker('a')))).toEqual([]);
  expect(waiting(putWorker(taken, undefined))).toEqual([]);
  expect(waiting(putWorker(putWorker(taken, undefined), worker('b')))).toEqual([1]);
});

test('a configuration that was delivered to one that has gone meanwhile still waits for the next', () => {
  const box = putWorker(put(emptyMailbox('w', true), 1), worker('a'));
  const replaced = putWorker(box, worker('b'));
  expect(waiting(takeMessage(replaced, box.waiting[0]!, 'a'))).toEqual([1]);
});

test('another message is delivered once, whoever answers', () => {
  const box = putWorker(put(emptyMailbox('w', false), 1, 2), worker('a'));
  const taken = takeMessage(box, box.waiting[0]!, 'a');
  expect(waiting(putWorker(taken, worker('b')))).toEqual([2]);
});
