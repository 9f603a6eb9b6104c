import { CONFIG_MAP, EDGE_DEVICE } from '@k4e/core/resources';
import type { ResourceStore } from '@k4e/core/ports';
import { describe, expect, test } from 'vitest';
import { errorCodeOf } from './error-code-of.ts';
import type { Current } from './store-under-test.ts';
import { device } from './samples.ts';
import { recordWatch } from './watch-recorder.ts';

const OWNER = { owner: 'x' } as const;

/** Changes that the test of a long history makes. */
const MANY_CHANGES = 300;

/** Writes within which a bookmark must have come; they take longer than the time between two bookmarks. */
const MANY_WRITES_ELSEWHERE = 20_000;

async function versionOf(store: ResourceStore): Promise<string> {
  return (await store.list(EDGE_DEVICE, {})).resourceVersion;
}

async function firstOf<T>(events: AsyncIterable<T>): Promise<T | undefined> {
  for await (const event of events) return event;
  return undefined;
}

/** What `watch` promises. */
export function describeWatch(subject: Current): void {
  describe('watch', () => {
    test('brings every change after a version, in order, each once', async () => {
      const { store, ref, namespace } = subject();
      const [a, b] = [ref(), ref()];
      const watch = recordWatch(store, EDGE_DEVICE, { namespace }, await versionOf(store));
      const written = [
        await store.create(EDGE_DEVICE, device(a)),
        await store.apply(EDGE_DEVICE, device(b, { spec: { osImageId: 'b' } }), OWNER),
        await store.apply(EDGE_DEVICE, device(a, { spec: { osImageId: 'a' } }), OWNER),
        await store.apply(EDGE_DEVICE, device(a, { status: { phase: 'up' } }), { ...OWNER, subresource: 'status' }),
        await store.apply(EDGE_DEVICE, { metadata: { ...b, labels: { l: '1' } } }, { owner: 'y' }),
      ];
      await store.apply(EDGE_DEVICE, { metadata: { ...b, labels: { l: '1' } } }, { owner: 'y' });
      await store.delete(EDGE_DEVICE, a);
      await watch.until(() => watch.changes().includes(`deleted ${a.name}`));
      await watch.stop();
      expect(watch.changes()).toEqual([
        `added ${a.name}`,
        `added ${b.name}`,
        `modified ${a.name}`,
        `modified ${a.name}`,
        `modified ${b.name}`,
        `deleted ${a.name}`,
      ]);
      const seen = watch.events.flatMap((event) => (event.type === 'bookmark' ? [] : [event.resource]));
      expect(seen.slice(0, -1)).toEqual(written);
    });

    test('a deleted resource comes with its last state, and a version of its own', async () => {
      const { store, ref, namespace } = subject();
      const target = ref();
      const last = await store.apply(EDGE_DEVICE, device(target, { spec: { osImageId: 'last' } }), OWNER);
      const watch = recordWatch(store, EDGE_DEVICE, { namespace }, last.metadata.resourceVersion ?? '');
      await store.delete(EDGE_DEVICE, target);
      await watch.until(() => watch.changes().length > 0);
      await watch.stop();
      const [event] = watch.events.filter(({ type }) => type !== 'bookmark');
      expect(event).toMatchObject({
        type: 'deleted',
        resource: { metadata: { uid: last.metadata.uid }, spec: last.spec },
      });
      expect(event?.type === 'deleted' && event.resource.metadata.resourceVersion).not.toBe(
        last.metadata.resourceVersion,
      );
    });

    test('a resource that finalizers hold is modified by its deletion, and deleted when they are gone', async () => {
      const { store, ref, namespace } = subject();
      const target = ref();
      const made = await store.apply(EDGE_DEVICE, { metadata: { ...target, finalizers: ['k4e.io/hold'] } }, OWNER);
      const watch = recordWatch(store, EDGE_DEVICE, { namespace }, made.metadata.resourceVersion ?? '');
      await store.delete(EDGE_DEVICE, target);
      await store.apply(EDGE_DEVICE, { metadata: target }, OWNER);
      await watch.until(() => watch.changes().includes(`deleted ${target.name}`));
      await watch.stop();
      expect(watch.changes()).toEqual([`modified ${target.name}`, `deleted ${target.name}`]);
    });

    test('changes from before the watch began are there too, from any version in between', async () => {
      const { store, ref, namespace } = subject();
      const target = ref();
      const versions: string[] = [];
      for (let index = 0; index < MANY_CHANGES; index++) {
        const { metadata } = await store.apply(
          EDGE_DEVICE,
          device(target, { spec: { osImageId: `v${index}` } }),
          OWNER,
        );
        versions.push(metadata.resourceVersion ?? '');
      }
      for (const start of [0, MANY_CHANGES / 2, MANY_CHANGES - 2]) {
        const watch = recordWatch(store, EDGE_DEVICE, { namespace }, versions[start] ?? '');
        await watch.until(() => watch.changes().length >= MANY_CHANGES - 1 - start);
        await watch.stop();
        const seen = watch.events.flatMap((event) =>
          event.type === 'bookmark' ? [] : [event.resource.metadata.resourceVersion],
        );
        expect(seen).toEqual(versions.slice(start + 1));
      }
    });

    test('a reader that takes its time gets everything, and the writer does not wait for it', async () => {
      const { store, ref, namespace } = subject();
      const target = ref();
      const from = await versionOf(store);
      const controller = new AbortController();
      const events = store.watch(EDGE_DEVICE, { namespace }, { resourceVersion: from, signal: controller.signal });
      const iterator = events[Symbol.asyncIterator]();
      const first = iterator.next();
      for (let index = 0; index < MANY_CHANGES; index++) {
        await store.apply(EDGE_DEVICE, device(target, { spec: { osImageId: `v${index}` } }), OWNER);
      }
      const seen: string[] = [];
      for (let next = await first; next.done !== true; next = await iterator.next()) {
        if (next.value.type !== 'bookmark') seen.push(next.value.resource.spec?.osImageId ?? '');
        if (seen.length === MANY_CHANGES) break;
      }
      controller.abort();
      expect(seen).toEqual(Array.from({ length: MANY_CHANGES }, (_, index) => `v${index}`));
    });

    test('sees its namespace and kind alone, or all namespaces', async () => {
      const { store, ref, namespace, otherNamespace } = subject();
      const [here, there] = [ref(), { ...ref(), namespace: otherNamespace }];
      const from = await versionOf(store);
      const one = recordWatch(store, EDGE_DEVICE, { namespace }, from);
      const all = recordWatch(store, EDGE_DEVICE, {}, from);
      await store.create(CONFIG_MAP, { metadata: here, data: {} });
      await store.create(EDGE_DEVICE, device(there));
      await store.create(EDGE_DEVICE, device(here));
      await one.until(() => one.changes().length > 0);
      await all.until(() => all.changes().length > 1);
      await Promise.all([one.stop(), all.stop()]);
      expect(one.changes()).toEqual([`added ${here.name}`]);
      expect(all.changes()).toEqual([`added ${there.name}`, `added ${here.name}`]);
    });

    test('with a selector, a resource that starts to match is added, and one that stops is deleted with the state that matched', async () => {
      const { store, ref, namespace } = subject();
      const target = ref();
      const labelled = (watched: string, osImageId: string) =>
        store.apply(EDGE_DEVICE, { metadata: { ...target, labels: { watched } }, spec: { osImageId } }, OWNER);
      const watch = recordWatch(
        store,
        EDGE_DEVICE,
        { namespace, labelSelector: 'watched=yes' },
        await versionOf(store),
      );
      await labelled('no', '1');
      await labelled('yes', '2');
      await labelled('yes', '3');
      const stopped = await labelled('no', '4');
      await labelled('no', '5');
      await labelled('yes', '6');
      await store.delete(EDGE_DEVICE, target);
      await watch.until(() => watch.changes().length >= 5);
      await watch.stop();
      const seen = watch.events.flatMap((event) =>
        event.type === 'bookmark'
          ? []
          : [[event.type, event.resource.spec?.osImageId, event.resource.metadata.labels?.watched]],
      );
      expect(seen).toEqual([
        ['added', '2', 'yes'],
        ['modified', '3', 'yes'],
        ['deleted', '3', 'yes'],
        ['added', '6', 'yes'],
        ['deleted', '6', 'yes'],
      ]);
      const left = watch.events.find(({ type }) => type === 'deleted');
      expect(left?.type === 'deleted' && left.resource.metadata.resourceVersion).toBe(stopped.metadata.resourceVersion);
    });

    test('a watch that sees nothing of what happens gets bookmarks, to go on from', async () => {
      const { store, ref, namespace, otherNamespace } = subject();
      const target = ref();
      const watch = recordWatch(store, EDGE_DEVICE, { namespace }, await versionOf(store));
      const elsewhere = { ...ref(), namespace: otherNamespace };
      const hasBookmark = (): boolean => watch.events.some(({ type }) => type === 'bookmark');
      for (let index = 0; !hasBookmark() && index < MANY_WRITES_ELSEWHERE; index++) {
        await store.apply(EDGE_DEVICE, device(elsewhere, { spec: { osImageId: `v${index}` } }), OWNER);
      }
      await watch.until(hasBookmark);
      await watch.stop();
      const [bookmark] = watch.events.flatMap((event) => (event.type === 'bookmark' ? [event.resourceVersion] : []));
      await store.create(EDGE_DEVICE, device(target));
      const next = recordWatch(store, EDGE_DEVICE, { namespace }, bookmark ?? '');
      await next.until(() => next.changes().length > 0);
      await next.stop();
      expect(next.changes()).toEqual([`added ${target.name}`]);
    });

    test('ends without error when its signal fires: before, while it waits, and between events', async () => {
      const { store, ref, namespace } = subject();
      const from = await versionOf(store);
      expect(
        await firstOf(store.watch(EDGE_DEVICE, {}, { resourceVersion: from, signal: AbortSignal.abort() })),
      ).toBeUndefined();
      const waiting = new AbortController();
      const never = firstOf(
        store.watch(
          EDGE_DEVICE,
          { namespace, labelSelector: 'no=body' },
          { resourceVersion: from, signal: waiting.signal },
        ),
      );
      await store.create(EDGE_DEVICE, device(ref()));
      await store.create(EDGE_DEVICE, device(ref()));
      waiting.abort();
      expect([undefined, 'bookmark']).toContain((await never)?.type);
      const between = new AbortController();
      const seen: string[] = [];
      const call = { resourceVersion: from, signal: between.signal };
      for await (const event of store.watch(EDGE_DEVICE, { namespace }, call)) {
        seen.push(event.type);
        between.abort();
      }
      expect(seen).toHaveLength(1);
    });

    test('from a version out of history it rejects with VERSION_EXPIRED', async () => {
      const { store, expiredVersion } = subject();
      const resourceVersion = await expiredVersion(EDGE_DEVICE);
      const { signal } = new AbortController();
      expect(await errorCodeOf(firstOf(store.watch(EDGE_DEVICE, {}, { resourceVersion, signal })))).toBe(
        'VERSION_EXPIRED',
      );
    });

    test('with a selector that is none it rejects with INVALID_INPUT', async () => {
      const { store } = subject();
      const call = { resourceVersion: await versionOf(store), signal: new AbortController().signal };
      expect(await errorCodeOf(firstOf(store.watch(EDGE_DEVICE, { labelSelector: 'a=b=c' }, call)))).toBe(
        'INVALID_INPUT',
      );
    });
  });
}
