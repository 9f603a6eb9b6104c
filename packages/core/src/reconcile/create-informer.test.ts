import { expect, test } from 'vitest';
import { K4eError, isRecord } from '../foundation/index.ts';
import type { ResourceList, ResourceStore, WatchEvent } from '../ports/index.ts';
import type { Resource, ResourceKind } from '../resources/index.ts';
import { createDiscardMetrics, createFakeClock, createMemoryLogger } from '../testing/index.ts';
import { createInformer } from './create-informer.ts';
import { LIST_TIME_LIMIT_MS, RELIST_AFTER_FAILURES, WATCH_IDLE_LIMIT_MS } from './follow-resources.ts';
import type { InformerOptions } from './informer.ts';

interface Thing extends Resource {
  readonly colour?: string;
}

function isThing(resource: unknown): resource is Thing {
  return isRecord(resource) && resource.kind === 'Thing';
}

const THING: ResourceKind<Thing> = {
  group: 'example.org',
  version: 'v1',
  kind: 'Thing',
  plural: 'things',
  hasStatus: false,
  listMapKeys: [],
  admit(resource) {
    if (!isThing(resource)) throw new K4eError('RESOURCE_INVALID');
    return resource;
  },
};

function thing(name: string, resourceVersion: string, rest: { uid?: string; colour?: string } = {}): Thing {
  const { uid, colour } = rest;
  const metadata = { namespace: 'ns', name, resourceVersion, ...(uid === undefined ? {} : { uid }) };
  return { apiVersion: 'example.org/v1', kind: 'Thing', metadata, ...(colour === undefined ? {} : { colour }) };
}

type Step = WatchEvent<Thing> | 'end' | Error;

/** What a test sends into the watch that is open. */
function createChannel() {
  let queue: Step[] = [];
  let wake = (): void => undefined;
  return {
    open() {
      queue = [];
    },
    send(...steps: readonly Step[]) {
      queue.push(...steps);
      wake();
    },
    async next(): Promise<Step> {
      while (queue.length === 0) await new Promise<void>((resolve) => void (wake = resolve));
      return queue.shift() ?? 'end';
    },
  };
}

/** A store that lists what a test says, the last answer again and again, and notes its calls with their time. */
function scriptedStore(clock: { monotonicMs(): number }) {
  const lists: (ResourceList<Thing> | Error)[] = [];
  const calls: string[] = [];
  const channel = createChannel();
  const store: Pick<ResourceStore, 'list' | 'watch'> = {
    async list(kind) {
      calls.push(`${clock.monotonicMs()} list`);
      const answer = lists.length > 1 ? lists.shift() : lists[0];
      if (answer === undefined || answer instanceof Error) throw answer ?? new Error('the test lists nothing');
      return { ...answer, items: answer.items.map((item) => kind.admit(item)) };
    },
    async *watch(kind, _scope, { resourceVersion }) {
      calls.push(`${clock.monotonicMs()} watch ${resourceVersion}`);
      channel.open();
      for (let step = await channel.next(); step !== 'end'; step = await channel.next()) {
        if (step instanceof Error) throw step;
        yield step.type === 'bookmark' ? step : { ...step, resource: kind.admit(step.resource) };
      }
    },
  };
  return { store, lists, calls, send: (...steps: readonly Step[]) => channel.send(...steps) };
}

function words(previous: Thing | undefined, current: Thing | undefined): string {
  const name = (resource: Thing | undefined): string =>
    resource === undefined ? '-' : `${resource.metadata.name}@${resource.metadata.resourceVersion ?? '?'}`;
  return `${name(previous)} > ${name(current)}`;
}

type Options = Partial<InformerOptions<Thing, 'colour'>> & { readonly failures?: readonly Error[] };

function start(items: readonly Thing[], { failures = [], ...options }: Options = {}) {
  const clock = createFakeClock();
  const logger = createMemoryLogger();
  const script = scriptedStore(clock);
  script.lists.push(...failures, { items, resourceVersion: '10' });
  const backoff = { firstMs: 100, maxMs: 1_000, factor: 2, jitter: 0 };
  const informer = createInformer<Thing, 'colour'>({
    ...{ store: script.store, kind: THING, scope: {}, clock, logger, metrics: createDiscardMetrics(), backoff },
    indexers: { colour: ({ colour }) => (colour === undefined ? [] : [colour]) },
    ...options,
  });
  const told: string[] = [];
  informer.onChange((previous, current) => told.push(words(previous, current)));
  const stop = new AbortController();
  const run = informer.run({ signal: stop.signal });
  return { ...script, clock, logger, informer, told, stop, run };
}

const expired = new K4eError('VERSION_EXPIRED');
const away = new K4eError('STORE_UNAVAILABLE');

test('lists, tells, is synced, watches from the version of the list, and stops', async () => {
  const { clock, informer, told, calls, stop, run } = start([thing('a', '1'), thing('b', '2')]);
  expect(informer.hasSynced()).toBe(false);
  const synced = informer.whenSynced();
  await clock.advance(0);
  await synced;
  expect(informer.hasSynced()).toBe(true);
  expect(told).toEqual(['- > a@1', '- > b@2']);
  expect(calls).toEqual(['0 list', '0 watch 10']);
  stop.abort();
  await run;
  expect(clock.pending()).toBe(0);
});

test('changes are cached before they are told', async () => {
  const { clock, informer, told, send } = start([thing('a', '1')]);
  const seen: (string | undefined)[] = [];
  informer.onChange(() => seen.push(informer.get({ namespace: 'ns', name: 'a' })?.metadata.resourceVersion));
  await clock.advance(0);
  send({ type: 'added', resource: thing('b', '11') }, { type: 'modified', resource: thing('a', '12') });
  send({ type: 'deleted', resource: thing('a', '13') });
  await clock.advance(0);
  expect(told).toEqual(['- > a@1', '- > b@11', 'a@1 > a@12', 'a@12 > -']);
  expect(seen).toEqual(['1', '1', '12', undefined]);
  expect(informer.list().map(({ metadata }) => metadata.name)).toEqual(['b']);
  expect(informer.size).toBe(1);
});

test('duplicates are told once: of a change, of a deletion, of what was listed', async () => {
  const { clock, told, send } = start([thing('a', '1')]);
  await clock.advance(0);
  const changed = { type: 'modified', resource: thing('a', '11') } as const;
  const gone = { type: 'deleted', resource: thing('a', '12') } as const;
  send({ type: 'added', resource: thing('a', '1') }, changed, changed, gone, gone, {
    type: 'deleted',
    resource: thing('x', '9'),
  });
  await clock.advance(0);
  expect(told).toEqual(['- > a@1', 'a@1 > a@11', 'a@11 > -']);
});

test('a watch that ends goes on from the last version it saw, bookmarks included', async () => {
  const { clock, calls, send, told } = start([]);
  await clock.advance(5_000);
  send({ type: 'added', resource: thing('a', '11') }, 'end');
  await clock.advance(5_000);
  send({ type: 'bookmark', resourceVersion: '40' }, 'end');
  await clock.advance(0);
  expect(calls).toEqual(['0 list', '0 watch 10', '5000 watch 11', '10000 watch 40']);
  expect(told).toEqual(['- > a@11']);
});

test('watches that end at once are spaced by the back-off, until one lives', async () => {
  const { clock, calls, send } = start([]);
  await clock.advance(0);
  send('end');
  await clock.advance(100);
  send('end');
  await clock.advance(5_200);
  send('end');
  await clock.advance(0);
  send('end');
  await clock.advance(100);
  const watches = ['0 watch 10', '100 watch 10', '300 watch 10', '5300 watch 10', '5400 watch 10'];
  expect(calls).toEqual(['0 list', ...watches]);
});

test('a store that is away: what is cached stays, and the watch goes on from where it was', async () => {
  const { clock, calls, send, informer, logger } = start([thing('a', '1')]);
  await clock.advance(5_000);
  send({ type: 'bookmark', resourceVersion: '11' }, away);
  await clock.advance(0);
  send(away);
  await clock.advance(100);
  expect(calls).toEqual(['0 list', '0 watch 10', '5000 watch 11', '5100 watch 11']);
  expect(informer.list()).toHaveLength(1);
  expect(logger.lines.map(({ level, fields }) => [level, fields.code])).toEqual(
    Array(2).fill(['warn', 'STORE_UNAVAILABLE']),
  );
});

test('an expired version: lists again and tells only the difference, also what was deleted or replaced unseen', async () => {
  const { clock, lists, send, told } = start([
    thing('stays', '1', { uid: 'u1' }),
    thing('changes', '2', { uid: 'u2' }),
    thing('goes', '3', { uid: 'u3' }),
    thing('is replaced', '4', { uid: 'u4' }),
  ]);
  await clock.advance(5_000);
  told.length = 0;
  const items = [thing('stays', '1', { uid: 'u1' }), thing('changes', '21', { uid: 'u2' })];
  items.push(thing('is replaced', '22', { uid: 'u5' }), thing('comes', '23', { uid: 'u6' }));
  lists[0] = { items, resourceVersion: '30' };
  send(expired);
  await clock.advance(0);
  expect(told).toEqual([
    'changes@2 > changes@21',
    'is replaced@4 > -',
    '- > is replaced@22',
    '- > comes@23',
    'goes@3 > -',
  ]);
});

test('a late deletion of an earlier incarnation does not take away the one that is there', async () => {
  const { clock, send, told } = start([thing('a', '1', { uid: 'new' })]);
  await clock.advance(0);
  send({ type: 'deleted', resource: thing('a', '11', { uid: 'old' }) });
  await clock.advance(0);
  expect(told).toEqual(['- > a@1']);
});

test('a store that cannot list ten times: backs off, does not spin, and syncs in the end', async () => {
  const failures = Array.from({ length: 10 }, () => away);
  const { clock, calls, informer, logger } = start([thing('a', '1')], { failures });
  await clock.advance(6_499 + 1_000);
  expect(informer.hasSynced()).toBe(false);
  await clock.advance(1);
  expect(informer.hasSynced()).toBe(true);
  const times = [0, 100, 300, 700, 1_500, 2_500, 3_500, 4_500, 5_500, 6_500, 7_500];
  expect(calls).toEqual([...times.map((ms) => `${ms} list`), '7500 watch 10']);
  expect(logger.lines).toHaveLength(10);
});

test('a list that never answers is given up at its limit and tried again', async () => {
  let lists = 0;
  const list = (): Promise<never> => {
    lists += 1;
    return new Promise(() => undefined);
  };
  const watch = (): never => {
    throw new Error('nothing to watch from');
  };
  const { clock, stop, run } = start([], { store: { list, watch } });
  await clock.advance(LIST_TIME_LIMIT_MS + 99);
  expect(lists).toBe(1);
  await clock.advance(1);
  expect(lists).toBe(2);
  stop.abort();
  await run;
});

test('versions that keep expiring do not spin', async () => {
  const { clock, calls, send } = start([]);
  for (let round = 0; round < 100; round++) {
    await clock.advance(100);
    send(expired);
  }
  await clock.advance(0);
  expect(calls.filter((call) => call.endsWith('list')).length).toBeLessThan(16);
});

test('a version that only ever fails is given up in the end, though nobody calls it expired', async () => {
  const { clock, calls, send } = start([]);
  const lists = (): number => calls.filter((call) => call.endsWith('list')).length;
  await clock.advance(0);
  for (let failure = 1; failure <= RELIST_AFTER_FAILURES; failure++) {
    expect(lists()).toBe(1);
    send(away);
    await clock.advance(Math.min(1_000, 100 * 2 ** (failure - 1)));
  }
  expect(lists()).toBe(2);
});

test('a silent watch is started again; a bookmark is a sign of life', async () => {
  const { clock, calls, send } = start([]);
  await clock.advance(WATCH_IDLE_LIMIT_MS - 1);
  send({ type: 'bookmark', resourceVersion: '11' });
  await clock.advance(WATCH_IDLE_LIMIT_MS - 1);
  expect(calls).toEqual(['0 list', '0 watch 10']);
  await clock.advance(1);
  expect(calls.at(-1)).toBe(`${2 * WATCH_IDLE_LIMIT_MS - 1} watch 11`);
});

test('a watch that does not heed its signal does not keep the informer from stopping', async () => {
  const { clock, stop, run } = start([]);
  await clock.advance(0);
  stop.abort();
  await run;
  expect(clock.pending()).toBe(0);
});

test('a handler that throws is in nobody’s way, and one that comes late is told what there is', async () => {
  const { clock, informer, told, send, logger } = start([thing('a', '1')]);
  const broken = informer.onChange(() => {
    throw new Error('broken');
  });
  const late: string[] = [];
  await clock.advance(0);
  const leave = informer.onChange((previous, current) => late.push(words(previous, current)));
  send({ type: 'added', resource: thing('b', '11') });
  await clock.advance(0);
  leave();
  broken();
  send({ type: 'added', resource: thing('c', '12') });
  await clock.advance(0);
  expect(told).toEqual(['- > a@1', '- > b@11', '- > c@12']);
  expect(late).toEqual(['- > a@1', '- > b@11']);
  expect(logger.lines.map(({ level, fields }) => [level, fields.resource])).toEqual([
    ['error', 'ns/a'],
    ['error', 'ns/b'],
  ]);
});

test('indexes follow every change, and an indexer that throws is in nobody’s way', async () => {
  const indexers = {
    colour({ colour }: Thing): readonly string[] {
      if (colour === 'broken') throw new Error('broken');
      return colour?.split(',') ?? [];
    },
  };
  const listed = [thing('a', '1', { colour: 'red' }), thing('b', '2', { colour: 'red,blue' })];
  const { clock, informer, send, logger } = start(listed, { indexers });
  const names = (colour: string): string[] => informer.byIndex('colour', colour).map(({ metadata }) => metadata.name);
  await clock.advance(0);
  expect([names('red'), names('blue'), names('green')]).toEqual([['a', 'b'], ['b'], []]);
  send({ type: 'modified', resource: thing('b', '11', { colour: 'blue' }) });
  send({ type: 'modified', resource: thing('a', '12', { colour: 'broken' }) });
  send({ type: 'added', resource: thing('c', '13', { colour: 'blue' }) });
  await clock.advance(0);
  expect([names('red'), names('blue')]).toEqual([[], ['b', 'c']]);
  expect(informer.byIndex('colour', 'blue')[0]?.metadata.resourceVersion).toBe('11');
  send({ type: 'deleted', resource: thing('b', '14', { colour: 'anything' }) });
  await clock.advance(0);
  expect(names('blue')).toEqual(['c']);
  expect(logger.lines.map(({ fields }) => fields.resource)).toEqual(['ns/a']);
});

test('what nobody reads is dropped before it is cached, from lists and from changes', async () => {
  const transform = ({ apiVersion, kind, metadata }: Thing): Thing => ({ apiVersion, kind, metadata });
  const { clock, informer, send } = start([thing('a', '1', { colour: 'red' })], { transform });
  await clock.advance(0);
  send({ type: 'added', resource: thing('b', '11', { colour: 'red' }) });
  await clock.advance(0);
  expect(informer.list()).toEqual([thing('a', '1'), thing('b', '11')]);
});

test('transform that throws loses no resource', async () => {
  const transform = (): Thing => {
    throw new Error('broken');
  };
  const { clock, informer, logger } = start([thing('a', '1')], { transform });
  await clock.advance(0);
  expect(informer.list()).toEqual([thing('a', '1')]);
  expect(logger.lines).toHaveLength(1);
});

test('an index that does not exist is an error, and waiting for the first list can be given up', async () => {
  const { informer } = start([]);
  const anyName: { byIndex(name: string, value: string): unknown } = informer;
  expect(() => anyName.byIndex('size', 'big')).toThrow(expect.objectContaining({ code: 'INTERNAL' }));
  const giveUp = new AbortController();
  const waiting = informer.whenSynced({ signal: giveUp.signal });
  giveUp.abort();
  await expect(waiting).rejects.toMatchObject({ code: 'ABORTED' });
  await expect(informer.run({ signal: giveUp.signal })).rejects.toMatchObject({ code: 'INTERNAL' });
});

test('run again after it stopped tells what differs', async () => {
  const { clock, informer, lists, told, stop, run } = start([thing('a', '1'), thing('b', '2')]);
  await clock.advance(0);
  stop.abort();
  await run;
  lists[0] = { items: [thing('b', '20')], resourceVersion: '21' };
  void informer.run({ signal: new AbortController().signal });
  await clock.advance(0);
  expect(told).toEqual(['- > a@1', '- > b@2', 'b@2 > b@20', 'a@1 > -']);
});
