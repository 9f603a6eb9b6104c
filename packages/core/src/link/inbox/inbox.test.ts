import { expect, test } from 'vitest';
import { createFakeClock } from '../../testing/index.ts';
import { MAX_WAITING_COMMANDS, MAX_WAITING_DIRECTIVES, createInbox } from './inbox.ts';

const NOW = { signal: AbortSignal.abort() };

/** Takes what waits. */
async function takeAll(inbox: ReturnType<typeof createInbox>) {
  const taken: unknown[] = [];
  const stop = new AbortController();
  for (;;) {
    const next = inbox.take(stop);
    const received = await Promise.race([next, Promise.resolve().then(() => undefined)]);
    if (received === undefined) break;
    taken.push(received.message.message_id);
  }
  stop.abort();
  return taken;
}

test('commands come first and in order; of each directive the newest configuration', async () => {
  const inbox = createInbox(createFakeClock());
  inbox.putConfiguration({ message_id: 'd1', directive: 'device' });
  inbox.putConfiguration({ message_id: 'o1', directive: 'other' });
  inbox.putCommand({ message_id: 'c1' });
  inbox.putConfiguration({ message_id: 'd2', directive: 'device' });
  inbox.putCommand({ message_id: 'c2' });
  expect(await takeAll(inbox)).toEqual(['c1', 'c2', 'd2', 'o1']);
});

test('a flood of directives leaves the last ones', async () => {
  const inbox = createInbox(createFakeClock());
  for (let i = 0; i < 1_000; i++) inbox.putConfiguration({ message_id: `m${i}`, directive: `d${i}` });
  const taken = await takeAll(inbox);
  expect(taken).toHaveLength(MAX_WAITING_DIRECTIVES);
  expect(taken.at(-1)).toBe('m999');
});

test('there is room for a number of commands, and again when one is taken', async () => {
  const clock = createFakeClock();
  const inbox = createInbox(clock);
  for (let i = 0; i < MAX_WAITING_COMMANDS; i++) {
    expect(inbox.hasRoom()).toBe(true);
    inbox.putCommand({ message_id: `c${i}` });
  }
  expect(inbox.hasRoom()).toBe(false);
  let hasRoom = false;
  void inbox.room({ signal: new AbortController().signal }).then(() => (hasRoom = true));
  await clock.advance(0);
  expect(hasRoom).toBe(false);
  await inbox.take({ signal: new AbortController().signal });
  await clock.advance(0);
  expect(hasRoom).toBe(true);
});

test('a signal that has fired takes nothing', async () => {
  const inbox = createInbox(createFakeClock());
  inbox.putCommand({ message_id: 'c1' });
  expect(await inbox.take(NOW)).toBeUndefined();
});
