import { expect, test } from 'vitest';
import type { StateStore } from '../../ports/index.ts';
import type { Message } from '../../protocol/index.ts';
import { createFakeClock, createMemoryLogger, createMemoryStateStore } from '../../testing/index.ts';
import { createThrottledWarning } from '../../link/index.ts';
import { OUTBOX_DOCUMENT, Outbox } from './outbox.ts';

const message = (directive: string, content: unknown = directive): Message => ({ type: 'data', directive, content });

function bench(state = createMemoryStateStore()) {
  const logger = createMemoryLogger();
  const restart = async (): Promise<Outbox> => {
    const outbox = new Outbox({
      state,
      logger,
      warn: createThrottledWarning(logger, createFakeClock()),
      limits: { maxEntries: 3, maxBytes: 0 },
    });
    await outbox.restore();
    return outbox;
  };
  return { state, logger, restart };
}
const directives = (outbox: Outbox): unknown[] => outbox.entries.map(({ message: { content } }) => content);

test('what is kept is there for the next process, in its order', async () => {
  const { restart } = bench();
  const first = await restart();
  expect(await first.keep([message('registration'), message('x')])).toEqual([true, true]);
  expect(await first.keep([message('heartbeat')])).toEqual([true]);
  const second = await restart();
  expect(directives(second)).toEqual(['registration', 'x', 'heartbeat']);
  expect(second.entries.map(({ kind }) => kind)).toEqual(['registration', 'other', 'heartbeat']);
  const [head] = second.entries;
  second.remove(head!);
  await second.settled();
  expect(directives(await restart())).toEqual(['x', 'heartbeat']);
});

test('what there is no room for is not accepted, and said', async () => {
  const { restart, logger } = bench();
  const outbox = await restart();
  await outbox.keep([message('registration', 1), message('registration', 2), message('heartbeat')]);
  expect(await outbox.keep([message('x')])).toEqual([false]);
  expect(logger.lines).toMatchObject([{ level: 'warn', fields: { count: 1, directives: ['x'] } }]);
});

test('what cannot be saved is not accepted, and what was before is still kept', async () => {
  const { restart, state, logger } = bench();
  const outbox = await restart();
  await outbox.keep([message('heartbeat', 'old'), message('registration')]);
  state.failWrites(true);
  expect(await outbox.keep([message('heartbeat')])).toEqual([false]);
  expect(directives(outbox)).toEqual(['old', 'registration']);
  expect(logger.lines).toMatchObject([{ level: 'warn', message: 'the outbox could not be saved' }]);
  state.failWrites(false);
  expect(await outbox.keep([message('heartbeat')])).toEqual([true]);
  expect(directives(await restart())).toEqual(['registration', 'heartbeat']);
});

test('keeps that come while a write runs are one write, and none resolves before its own', async () => {
  const store = createMemoryStateStore();
  const gates: (() => void)[] = [];
  let writes = 0;
  const state: StateStore = {
    ...store,
    write: async (...call) => {
      writes++;
      await new Promise<void>((resolve) => gates.push(resolve));
      return store.write(...call);
    },
  };
  const outbox = new Outbox({ state, logger: createMemoryLogger(), warn: () => undefined });
  await outbox.restore();
  const done: string[] = [];
  const keep = (name: string): Promise<unknown> => outbox.keep([message(name)]).then(() => done.push(name));
  const all = [keep('a'), keep('b'), keep('c')];
  const next = async (): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve));
    gates.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  await next();
  expect(done).toEqual(['a']);
  await next();
  expect(done).toEqual(['a', 'b', 'c']);
  await Promise.all(all);
  expect(writes).toBe(2);
});

test.each<[string, (state: ReturnType<typeof createMemoryStateStore>) => Promise<void> | void]>([
  ['is damaged', (state) => state.damage(OUTBOX_DOCUMENT)],
  ['is no JSON', (state) => state.write(OUTBOX_DOCUMENT, new TextEncoder().encode('{"version":1,'))],
  ['is something else', (state) => state.write(OUTBOX_DOCUMENT, new TextEncoder().encode('[1]'))],
  [
    'is of another version',
    (state) => state.write(OUTBOX_DOCUMENT, new TextEncoder().encode('{"version":2,"messages":[]}')),
  ],
])('an outbox that %s is told, and begun anew', async (_name, harm) => {
  const { state, restart, logger } = bench();
  await (await restart()).keep([message('registration')]);
  await harm(state);
  const outbox = await restart();
  expect(outbox.entries).toEqual([]);
  expect(logger.lines).toMatchObject([{ level: 'error' }]);
  expect(await outbox.keep([message('heartbeat')])).toEqual([true]);
  expect(directives(await restart())).toEqual(['heartbeat']);
});
