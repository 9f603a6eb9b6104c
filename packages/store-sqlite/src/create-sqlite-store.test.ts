import { errorCode } from '@k4e/core';
import type { WatchEvent } from '@k4e/core/ports';
import type { EdgeDevice, EventResource } from '@k4e/core/resources';
import { CONFIG_MAP, EDGE_DEVICE, EVENT } from '@k4e/core/resources';
import { createFakeClock, createMemoryLogger } from '@k4e/core/testing';
import { afterEach, describe, expect, test } from 'vitest';
import { BOOKMARK_INTERVAL_MS, createSqliteStore } from './create-sqlite-store.ts';
import type { SqliteStore } from './create-sqlite-store.ts';
import { IN_MEMORY, MAX_WAITING_WRITES } from './database/index.ts';
import type { HistoryLimits } from './history/index.ts';
import { EVENT_RETENTION_MS, RETENTION_INTERVAL_MS, RETENTION_MAX_DELETES } from './retention.ts';

const OWNER = { owner: 'x' } as const;
let open: SqliteStore[] = [];

function make(historyLimits: HistoryLimits = { maxChanges: 100, maxBytes: 10_000_000 }) {
  const clock = createFakeClock();
  const logger = createMemoryLogger();
  const store = createSqliteStore({ file: IN_MEMORY, clock, logger, historyLimits });
  open.push(store);
  const write = (name: string, osImageId: string) =>
    store.apply(EDGE_DEVICE, { metadata: { namespace: 'n', name }, spec: { osImageId } }, OWNER);
  const watch = (resourceVersion: string, signal = new AbortController().signal) =>
    store.watch(EDGE_DEVICE, {}, { resourceVersion, signal })[Symbol.asyncIterator]();
  return { clock, logger, store, write, watch };
}

afterEach(async () => {
  for (const store of open) await store.close();
  open = [];
});

const codeOf = (call: Promise<unknown>): Promise<unknown> => call.then(() => undefined, errorCode);
function nameIn(next: IteratorResult<WatchEvent<EdgeDevice>>): string | undefined {
  if (next.done === true) return undefined;
  const event = next.value;
  return event.type === 'bookmark' ? event.type : `${event.type} ${event.resource.metadata.name}`;
}

describe('history', () => {
  test('a watch from the oldest version that is kept sees everything after it, one from before is told to list', async () => {
    const { write, watch } = make({ maxChanges: 3, maxBytes: 10_000_000 });
    const versions: string[] = [];
    for (const name of ['a', 'b', 'c', 'd', 'e'])
      versions.push((await write(name, '1')).metadata.resourceVersion ?? '');
    const kept = watch(versions[1] ?? '');
    expect([nameIn(await kept.next()), nameIn(await kept.next()), nameIn(await kept.next())]).toEqual([
      'added c',
      'added d',
      'added e',
    ]);
    expect(await codeOf(watch(versions[0] ?? '').next())).toBe('VERSION_EXPIRED');
  });

  test('is bounded in bytes too, and keeps the last change whatever its size', async () => {
    const { write, watch } = make({ maxChanges: 1_000, maxBytes: 2_000 });
    const first = await write('a', '1');
    const second = await write('b', 'x'.repeat(1_000));
    const third = await write('b', 'y'.repeat(1_020));
    expect(await codeOf(watch(first.metadata.resourceVersion ?? '').next())).toBe('VERSION_EXPIRED');
    expect(nameIn(await watch(second.metadata.resourceVersion ?? '').next())).toBe('modified b');
    expect(third.metadata.resourceVersion).toBe('3');
  });

  test('a watch that is slower than the history ends with VERSION_EXPIRED', async () => {
    const { write, watch, store } = make({ maxChanges: 3, maxBytes: 10_000_000 });
    const slow = watch((await store.list(EDGE_DEVICE, {})).resourceVersion);
    await write('a', '1');
    expect(nameIn(await slow.next())).toBe('added a');
    for (const value of ['2', '3', '4', '5']) await write('a', value);
    expect(await codeOf(slow.next())).toBe('VERSION_EXPIRED');
  });

  test('a version that was never given, as after a backup was put back, is told to list; one that is no version is refused', async () => {
    const { watch } = make();
    expect(await codeOf(watch('7').next())).toBe('VERSION_EXPIRED');
    expect(await codeOf(watch('abc').next())).toBe('INVALID_INPUT');
  });
});

describe('bookmarks', () => {
  test('come when the interval has passed and something happened that the watch does not see', async () => {
    const { clock, store, watch } = make();
    const waiting = watch('0').next();
    await clock.advance(BOOKMARK_INTERVAL_MS);
    await store.apply(CONFIG_MAP, { metadata: { namespace: 'n', name: 'c' }, data: {} }, OWNER);
    expect((await waiting).value).toEqual({ type: 'bookmark', resourceVersion: '1' });
  });

  test('do not come while nothing happens', async () => {
    const { clock, write, watch } = make();
    const waiting = watch('0').next();
    await clock.advance(BOOKMARK_INTERVAL_MS * 10);
    await write('a', '1');
    expect(nameIn(await waiting)).toBe('added a');
  });
});

describe('closing', () => {
  test('ends watches, commits what was submitted, and refuses the rest', async () => {
    const { write, watch, store } = make();
    const waiting = watch('0').next();
    const late = write('a', '1');
    await store.close();
    expect((await late).metadata.resourceVersion).toBe('1');
    expect(nameIn(await waiting)).toBeUndefined();
    expect(await codeOf(write('b', '1'))).toBe('STORE_UNAVAILABLE');
    expect(await codeOf(store.get(EDGE_DEVICE, { namespace: 'n', name: 'a' }))).toBe('STORE_UNAVAILABLE');
    await store.close();
  });
});

describe('Events', () => {
  const event = (name: string): EventResource => ({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { namespace: 'n', name },
    involvedObject: { apiVersion: 'v1', kind: 'X', namespace: 'n', name: 'x' },
    type: 'Normal',
    reason: 'R',
    message: 'm',
    count: 1,
    firstTimestamp: '2026-01-01T00:00:00Z',
    lastTimestamp: '2026-01-01T00:00:00Z',
    source: { component: 'test' },
  });

  test('go an hour after they were last written, and other kinds stay', async () => {
    const { clock, store, write } = make();
    await write('a', '1');
    await store.apply(EVENT, event('old'), OWNER);
    await store.apply(EVENT, event('renewed'), OWNER);
    await clock.advance(EVENT_RETENTION_MS - RETENTION_INTERVAL_MS);
    await store.apply(EVENT, { ...event('renewed'), count: 2 }, OWNER);
    expect((await store.list(EVENT, {})).items).toHaveLength(2);
    await clock.advance(2 * RETENTION_INTERVAL_MS);
    expect((await store.list(EVENT, {})).items.map(({ metadata }) => metadata.name)).toEqual(['renewed']);
    await clock.advance(EVENT_RETENTION_MS);
    expect((await store.list(EVENT, {})).items).toEqual([]);
    expect((await store.list(EDGE_DEVICE, {})).items).toHaveLength(1);
  });

  test('go a bounded number at a time', async () => {
    const { clock, store } = make();
    const names = Array.from({ length: RETENTION_MAX_DELETES + 1 }, (_, index) => `e-${index}`);
    await Promise.all(names.map((name) => store.create(EVENT, event(name))));
    await clock.advance(EVENT_RETENTION_MS + RETENTION_INTERVAL_MS);
    expect((await store.list(EVENT, {})).items).toHaveLength(1);
    await clock.advance(RETENTION_INTERVAL_MS);
    expect((await store.list(EVENT, {})).items).toHaveLength(0);
  });
});

test('writes that wait are bounded: one more is told when to come back, and the others go through', async () => {
  const { write } = make();
  const calls = Array.from({ length: MAX_WAITING_WRITES + 1 }, (_, index) => write('a', String(index % 7)));
  const last: unknown = await calls.at(-1)?.catch((error: unknown) => error);
  expect(last).toMatchObject({ code: 'STORE_UNAVAILABLE', retry: { afterMs: 1_000 } });
  const done = await Promise.all(calls.slice(0, -1));
  expect(done).toHaveLength(MAX_WAITING_WRITES);
});

test('an error says which resource it is about', async () => {
  const { store } = make();
  const invalid = store.apply(
    EDGE_DEVICE,
    { metadata: { namespace: 'n', name: 'd' }, spec: { pollIntervalSeconds: 0 } },
    OWNER,
  );
  await expect(invalid).rejects.toThrow(/^EdgeDevice n\/d: spec\.pollIntervalSeconds/);
  await store.apply(EDGE_DEVICE, { metadata: { namespace: 'n', name: 'd' }, spec: { osImageId: 'a' } }, OWNER);
  const conflict = store.apply(
    EDGE_DEVICE,
    { metadata: { namespace: 'n', name: 'd' }, spec: { osImageId: 'b' } },
    { owner: 'y' },
  );
  await expect(conflict).rejects.toThrow('EdgeDevice n/d: .spec.osImageId belongs to "x"');
});
