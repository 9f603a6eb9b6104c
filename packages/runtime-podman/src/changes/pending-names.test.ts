import { expect, test } from 'vitest';
import { createPendingNames } from './pending-names.ts';

function create(limit = 100) {
  const controller = new AbortController();
  const pending = createPendingNames(limit, controller.signal);
  const drain = async () => {
    pending.add('end');
    const names = [];
    for (;;) {
      const { value } = await pending.next();
      if (value === 'end') return names;
      names.push(value);
      if (value === undefined) return names;
    }
  };
  return { pending, drain, controller };
}

test('names come once each, oldest first', async () => {
  const { pending, drain } = create();
  for (const name of ['a', 'b', 'a']) pending.add(name);
  expect(await drain()).toEqual(['a', 'b']);
});

test('undefined swallows the names before it and after it', async () => {
  const { pending, drain } = create();
  for (const name of ['a', undefined, 'b']) pending.add(name);
  expect(await drain()).toEqual([undefined]);
  pending.add('c');
  expect(await drain()).toEqual(['c']);
});

test('as many names as allowed wait; one more makes it undefined', async () => {
  const { pending, drain } = create(3);
  for (const name of ['a', 'b', 'c', 'a']) pending.add(name);
  expect((await pending.next()).value).toBe('a');
  pending.add('d');
  expect((await pending.next()).value).toBe('b');
  for (const name of ['e', 'f']) pending.add(name);
  expect(await drain()).toEqual([undefined]);
});

test('who waits gets what comes, and the end when the signal fires', async () => {
  const { pending, controller } = create();
  const first = pending.next();
  pending.add('a');
  expect(await first).toEqual({ done: false, value: 'a' });
  const second = pending.next();
  controller.abort();
  expect(await second).toEqual({ done: true, value: undefined });
  pending.add('late');
  expect(await pending.next()).toEqual({ done: true, value: undefined });
});
