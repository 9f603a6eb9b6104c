import { CONFIG_MAP, EDGE_DEVICE } from '@k4e/core/resources';
import { describe, expect, test } from 'vitest';
import { errorCodeOf } from './error-code-of.ts';
import type { Current } from './store-under-test.ts';
import { device } from './samples.ts';

/** How many creates of a large list are under way at a time. */
const CONCURRENT_CREATES = 100;

/** What `list` promises. */
export function describeList(subject: Current, largeListItems: number): void {
  describe('list', () => {
    test('finds a kind in one namespace, or in all', async () => {
      const { store, ref, namespace, otherNamespace } = subject();
      const here = ref();
      const there = { ...ref(), namespace: otherNamespace };
      await store.create(EDGE_DEVICE, device(here));
      await store.create(EDGE_DEVICE, device(there));
      const namesIn = async (scope: object) =>
        (await store.list(EDGE_DEVICE, scope)).items.map(({ metadata }) => metadata.name);
      expect(await namesIn({ namespace })).toContain(here.name);
      expect(await namesIn({ namespace })).not.toContain(there.name);
      expect(await namesIn({ namespace: otherNamespace })).toContain(there.name);
      expect(await namesIn({})).toEqual(expect.arrayContaining([here.name, there.name]));
    });

    test('gives whole resources, as get does', async () => {
      const { store, ref, namespace } = subject();
      const target = ref();
      await store.create(CONFIG_MAP, { metadata: { ...target, labels: { shape: 'whole' } }, data: { a: '1' } });
      const { items } = await store.list(CONFIG_MAP, { namespace, labelSelector: 'shape=whole' });
      expect(items).toEqual([await store.get(CONFIG_MAP, target)]);
    });

    test('the same list again has the same items in the same order, and a version that did not go back', async () => {
      const { store, namespace } = subject();
      const first = await store.list(EDGE_DEVICE, { namespace });
      const second = await store.list(EDGE_DEVICE, { namespace });
      expect(second.items).toEqual(first.items);
      expect(first.resourceVersion).toMatch(/./);
    });

    test.each([
      ['list-site=north', ['a', 'b']],
      ['list-site=north,list-rack=1', ['a']],
      ['list-site==south', ['c']],
      ['list-site,list-site!=north', ['c']],
      ['list-site,!list-rack', ['c']],
      ['list-site=east', []],
    ])('selects by labels: %s', async (labelSelector, expected) => {
      const { store, namespace } = subject();
      const labels: Readonly<Record<string, Record<string, string>>> = {
        a: { 'list-site': 'north', 'list-rack': '1' },
        b: { 'list-site': 'north', 'list-rack': '2' },
        c: { 'list-site': 'south' },
      };
      for (const [name, own] of Object.entries(labels)) {
        await store.apply(CONFIG_MAP, { metadata: { namespace, name: `select-${name}`, labels: own } }, { owner: 'x' });
      }
      const { items } = await store.list(CONFIG_MAP, { namespace, labelSelector });
      expect(items.map(({ metadata }) => metadata.name)).toEqual(expected.map((name) => `select-${name}`));
    });

    test('a selector that is none is refused with INVALID_INPUT', async () => {
      const { store } = subject();
      expect(await errorCodeOf(store.list(EDGE_DEVICE, { labelSelector: 'a=b=c' }))).toBe('INVALID_INPUT');
    });

    test(`a list of ${largeListItems} items is complete, each once`, async () => {
      const { store, namespace, otherNamespace } = subject();
      const names = Array.from({ length: largeListItems }, (_, index) => `large-${String(index).padStart(6, '0')}`);
      for (let start = 0; start < names.length; start += CONCURRENT_CREATES) {
        const some = names.slice(start, start + CONCURRENT_CREATES);
        await Promise.all(
          some.map((name) =>
            store.create(CONFIG_MAP, { metadata: { namespace: otherNamespace, name }, data: { name } }),
          ),
        );
      }
      const { items } = await store.list(CONFIG_MAP, { namespace: otherNamespace });
      const listed = items.map(({ metadata }) => metadata.name).filter((name) => name.startsWith('large-'));
      expect(listed).toEqual(names);
      expect((await store.list(CONFIG_MAP, { namespace })).items.map(({ metadata }) => metadata.name)).not.toContain(
        names[0],
      );
    }, 600_000);
  });
}
