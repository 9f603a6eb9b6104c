import { expect, test } from 'vitest';
import { EventQueue, MAX_QUEUED_EVENTS } from './event-queue.ts';

const event = (message: string) => ({ reason: 'X', message, type: 'info' });
const messages = (queue: EventQueue) => queue.batch().events.map(({ message }) => message);

test('events stay until they were acknowledged, and those that came since stay longer', () => {
  const queue = new EventQueue();
  queue.add(event('a'));
  const batch = queue.batch();
  queue.add(event('b'));
  expect(messages(queue)).toEqual(['a', 'b']);
  batch.acknowledge();
  expect(messages(queue)).toEqual(['b']);
  batch.acknowledge();
  expect(messages(queue)).toEqual(['b']);
});

test('the same event waits only once, and can come again later', () => {
  const queue = new EventQueue();
  queue.add(event('a'));
  queue.add(event('a'));
  const batch = queue.batch();
  expect(batch.events).toHaveLength(1);
  batch.acknowledge();
  queue.add(event('a'));
  expect(messages(queue)).toEqual(['a']);
});

test('beyond the limit the oldest go, and that is said until it was heard', () => {
  const queue = new EventQueue();
  for (let i = 0; i < MAX_QUEUED_EVENTS; i++) queue.add(event(`${i}`));
  expect(messages(queue)).toHaveLength(MAX_QUEUED_EVENTS);
  expect(messages(queue)[0]).toBe('0');
  queue.add(event('x'));
  queue.add(event('y'));
  const batch = queue.batch();
  expect(batch.events).toHaveLength(MAX_QUEUED_EVENTS + 1);
  expect(batch.events[0]).toEqual({ reason: 'EventsDropped', message: '2 older events were dropped', type: 'warn' });
  expect(batch.events[1]?.message).toBe('2');
  batch.acknowledge();
  expect(messages(queue)).toEqual([]);
});
