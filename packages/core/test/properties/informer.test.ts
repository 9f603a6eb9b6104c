import fc from 'fast-check';
import { expect, test } from 'vitest';
import { K4eError, canonicalJson } from '@k4e/core';
import type { ResourceStore, WatchEvent } from '@k4e/core/ports';
import { createInformer } from '@k4e/core/reconcile';
import { CONFIG_MAP } from '@k4e/core/resources';
import type { ConfigMapResource } from '@k4e/core/resources';
import { createDiscardMetrics, createFakeClock, createMemoryLogger } from '@k4e/core/testing';
import type { FakeClock } from '@k4e/core/testing';

const TROUBLE_MS = 20_000;
const COLOURS = ['red', 'blue'];

type Change = Exclude<WatchEvent<ConfigMapResource>, { readonly type: 'bookmark' }>;

/** What one call to the store meets. A watch brings `events` changes, then ends as it says. */
interface Luck {
  readonly delayMs: number;
  readonly listFails: boolean;
  readonly events: number;
  readonly repeats: boolean;
  readonly watchEnds: 'quietly' | 'away' | 'expired' | 'broken';
}

interface Write {
  readonly afterMs: number;
  readonly name: string;
  readonly do: 'put' | 'delete' | 'replace' | 'forget history';
  readonly colour: string;
}

const luck: fc.Arbitrary<Luck> = fc.record({
  delayMs: fc.integer({ min: 0, max: 2_000 }),
  listFails: fc.boolean(),
  events: fc.nat({ max: 6 }),
  repeats: fc.boolean(),
  watchEnds: fc.constantFrom('quietly', 'away', 'expired', 'broken'),
});

const write: fc.Arbitrary<Write> = fc.record({
  afterMs: fc.integer({ min: 0, max: 1_500 }),
  name: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
  do: fc.constantFrom('put', 'put', 'delete', 'replace', 'forget history'),
  colour: fc.constantFrom(...COLOURS),
});

/** A store with a history, some of it forgotten. */
class History {
  readonly current = new Map<string, ConfigMapResource>();
  #changes: { readonly version: number; readonly change: Change }[] = [];
  #firstVersion = 0;
  version = 0;
  #uids = 0;

  apply(write: Write): void {
    const known = this.current.get(write.name);
    if (write.do === 'forget history') {
      this.#changes = [];
      this.#firstVersion = this.version;
    } else if (write.do === 'put') this.#put(write, known?.metadata.uid);
    else if (known !== undefined) {
      this.current.delete(write.name);
      this.#note({ type: 'deleted', resource: this.#next(known) });
      if (write.do === 'replace') this.#put(write, undefined);
    }
  }

  #put({ name, colour }: Write, uid: string | undefined): void {
    const metadata = { namespace: 'ns', name, uid: uid ?? `uid-${++this.#uids}` };
    const resource = this.#next({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { colour } });
    this.current.set(name, resource);
    this.#note({ type: uid === undefined ? 'added' : 'modified', resource });
  }

  #next(resource: ConfigMapResource): ConfigMapResource {
    this.version += 1;
    return { ...resource, metadata: { ...resource.metadata, resourceVersion: String(this.version) } };
  }

  #note(change: Change): void {
    this.#changes.push({ version: this.version, change });
  }

  after(version: number): Change | undefined {
    if (version < this.#firstVersion) throw new K4eError('VERSION_EXPIRED');
    return this.#changes.find((entry) => entry.version > version)?.change;
  }
}

const PEACE: Luck = { delayMs: 10, listFails: false, events: Infinity, repeats: false, watchEnds: 'quietly' };
const ENDS = { away: 'STORE_UNAVAILABLE', expired: 'VERSION_EXPIRED', broken: 'INTERNAL' } as const;

function troubledStore(
  clock: FakeClock,
  history: History,
  lucks: readonly Luck[],
): Pick<ResourceStore, 'list' | 'watch'> {
  let calls = 0;
  const nextLuck = (): Luck => (clock.monotonicMs() > TROUBLE_MS ? PEACE : (lucks[calls++ % lucks.length] ?? PEACE));
  const wait = (ms: number): Promise<void> => new Promise((resolve) => void clock.schedule(ms, resolve));
  return {
    async list(kind) {
      const { delayMs, listFails } = nextLuck();
      const answer = {
        items: [...history.current.values()].map((item) => kind.admit(item)),
        resourceVersion: String(history.version),
      };
      await wait(delayMs);
      if (listFails) throw new K4eError('STORE_UNAVAILABLE');
      return answer;
    },
    async *watch(kind, _scope, { resourceVersion }) {
      const { delayMs, events, repeats, watchEnds } = nextLuck();
      let version = Number(resourceVersion);
      for (let sent = 0; sent < events;) {
        const change = history.after(version);
        if (change === undefined) {
          if (clock.monotonicMs() <= TROUBLE_MS && delayMs > 1_000) break;
          await wait(100);
          continue;
        }
        version = Number(change.resource.metadata.resourceVersion);
        await wait(delayMs / 10);
        for (let copy = repeats ? 2 : 1; copy > 0; copy--) yield { ...change, resource: kind.admit(change.resource) };
        sent += 1;
      }
      if (watchEnds !== 'quietly') throw new K4eError(ENDS[watchEnds]);
    },
  };
}

test('whatever the store does, in the end the cache, its indexes and all who listened agree with it', async () => {
  const property = fc.asyncProperty(
    fc.array(write, { minLength: 1, maxLength: 30 }),
    fc.array(luck, { minLength: 1, maxLength: 10 }),
    async (writes, lucks) => {
      const clock = createFakeClock();
      const logger = createMemoryLogger();
      const history = new History();
      const informer = createInformer({
        store: troubledStore(clock, history, lucks),
        kind: CONFIG_MAP,
        scope: {},
        clock,
        logger,
        metrics: createDiscardMetrics(),
        random: () => 0,
        indexers: { colour: ({ data }: ConfigMapResource) => Object.values(data ?? {}) },
      });
      const heard = new Map<string, ConfigMapResource>();
      informer.onChange((previous, current) => {
        const key = (current ?? previous)?.metadata.name ?? '';
        expect(heard.get(key)).toBe(previous);
        expect(previous === undefined || current === undefined || previous.metadata.uid === current.metadata.uid).toBe(
          true,
        );
        if (current === undefined) heard.delete(key);
        else heard.set(key, current);
      });
      const stop = new AbortController();
      const run = informer.run({ signal: stop.signal });
      let atMs = 0;
      for (const next of writes) clock.schedule((atMs += next.afterMs), () => history.apply(next));
      await clock.advance(Math.max(atMs, TROUBLE_MS) + 120_000);
      const sorted = (items: Iterable<ConfigMapResource>): string[] =>
        Array.from(items, (item) => canonicalJson(item)).sort();
      const truth = [...history.current.values()];
      expect(sorted(informer.list())).toEqual(sorted(truth));
      expect(sorted(heard.values())).toEqual(sorted(truth));
      for (const colour of COLOURS) {
        const wanted = truth.filter(({ data }) => data?.colour === colour);
        expect(sorted(informer.byIndex('colour', colour))).toEqual(sorted(wanted));
      }
      expect(logger.lines.filter(({ level }) => level === 'error')).toEqual([]);
      stop.abort();
      await run;
    },
  );
  await fc.assert(property, { numRuns: 60 });
}, 120_000);
