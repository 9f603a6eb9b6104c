import { CONFIG_MAP, EDGE_DEPLOYMENT, EDGE_DEVICE } from '@k4e/core/resources';
import { describe, expect, test } from 'vitest';
import { errorCodeOf } from './error-code-of.ts';
import type { Current } from './store-under-test.ts';
import { deployment, device } from './samples.ts';

/** What `apply` to metadata and spec promises. */
export function describeApply(subject: Current): void {
  describe('apply', () => {
    test('creates what is not there, with defaults, and reads back as it was returned', async () => {
      const { store, ref } = subject();
      const target = ref();
      const applied = await store.apply(EDGE_DEVICE, device(target, { spec: { heartbeat: {} } }), { owner: 'x' });
      expect(applied).toMatchObject({
        metadata: { ...target, generation: 1 },
        spec: { heartbeat: { periodSeconds: 60 } },
      });
      expect(await store.get(EDGE_DEVICE, target)).toEqual(applied);
    });

    test('the same again changes nothing, not even the version', async () => {
      const { store, ref } = subject();
      const content = { ...deployment(ref()), metadata: { ...ref(), labels: { a: '1' }, finalizers: ['k4e.io/f'] } };
      const first = await store.apply(EDGE_DEPLOYMENT, content, { owner: 'x' });
      expect(await store.apply(EDGE_DEPLOYMENT, content, { owner: 'x' })).toEqual(first);
      expect(await store.apply(EDGE_DEPLOYMENT, content, { owner: 'x', force: true })).toEqual(first);
      expect(await store.get(EDGE_DEPLOYMENT, content.metadata)).toEqual(first);
    });

    test('what an owner applied before and leaves out now is removed, and defaults come back', async () => {
      const { store, ref } = subject();
      const target = ref();
      await store.apply(EDGE_DEVICE, device(target, { spec: { osImageId: 'a', heartbeat: { periodSeconds: 5 } } }), {
        owner: 'x',
      });
      const less = await store.apply(EDGE_DEVICE, device(target, { spec: { osImageId: 'a' } }), { owner: 'x' });
      expect(less.spec).toEqual({ osImageId: 'a' });
      const changed = device(target, { spec: { heartbeat: { hardwareProfile: { include: true } } } });
      expect((await store.apply(EDGE_DEVICE, changed, { owner: 'x' })).spec).toEqual({
        heartbeat: { periodSeconds: 60, hardwareProfile: { include: true, scope: 'full' } },
      });
      expect((await store.apply(EDGE_DEVICE, device(target), { owner: 'x' })).spec).toBeUndefined();
    });

    test('owners of different fields never touch each other', async () => {
      const { store, ref } = subject();
      const target = ref();
      await store.apply(EDGE_DEVICE, device(target, { spec: { osImageId: 'a' } }), { owner: 'x' });
      await store.apply(EDGE_DEVICE, device(target, { spec: { heartbeat: { periodSeconds: 5 } } }), { owner: 'y' });
      await store.apply(EDGE_DEVICE, device(target, { spec: { osImageId: 'b' } }), { owner: 'x' });
      const both = await store.apply(EDGE_DEVICE, device(target, { spec: { heartbeat: { periodSeconds: 6 } } }), {
        owner: 'y',
      });
      expect(both.spec).toEqual({ osImageId: 'b', heartbeat: { periodSeconds: 6 } });
      expect((await store.apply(EDGE_DEVICE, device(target), { owner: 'y' })).spec).toEqual({ osImageId: 'b' });
    });

    test('another value for a field of another owner is a conflict that writes nothing; force takes the field over', async () => {
      const { store, ref } = subject();
      const target = ref();
      const first = await store.apply(
        EDGE_DEVICE,
        device(target, { spec: { osImageId: 'a', pollIntervalSeconds: 5 } }),
        { owner: 'x' },
      );
      const other = device(target, { spec: { osImageId: 'b', monitoringIntervalSeconds: 7 } });
      expect(await errorCodeOf(store.apply(EDGE_DEVICE, other, { owner: 'y' }))).toBe('CONFLICT');
      expect(await store.get(EDGE_DEVICE, target)).toEqual(first);
      await store.apply(EDGE_DEVICE, other, { owner: 'y', force: true });
      const without = await store.apply(EDGE_DEVICE, device(target, { spec: { pollIntervalSeconds: 5 } }), {
        owner: 'x',
      });
      expect(without.spec).toEqual({ osImageId: 'b', pollIntervalSeconds: 5, monitoringIntervalSeconds: 7 });
    });

    test('a field that two owners apply with the same value stays until both leave it out', async () => {
      const { store, ref } = subject();
      const target = ref();
      const same = device(target, { spec: { osImageId: 'a' } });
      await store.apply(EDGE_DEVICE, same, { owner: 'x' });
      await store.apply(EDGE_DEVICE, same, { owner: 'y' });
      expect((await store.apply(EDGE_DEVICE, device(target), { owner: 'x' })).spec).toEqual({ osImageId: 'a' });
      expect((await store.apply(EDGE_DEVICE, device(target), { owner: 'y' })).spec).toBeUndefined();
    });

    test('labels and annotations belong to owners one by one', async () => {
      const { store, ref } = subject();
      const target = ref();
      await store.apply(EDGE_DEVICE, { metadata: { ...target, labels: { user: '1', shared: 's' } } }, { owner: 'x' });
      const labels = { 'workload/app': 'true', shared: 's' };
      await store.apply(
        EDGE_DEVICE,
        { metadata: { ...target, labels, annotations: { 'k4e.io/a': '1' } } },
        { owner: 'y' },
      );
      const left = await store.apply(
        EDGE_DEVICE,
        { metadata: { ...target, labels: { 'workload/app': 'true' } } },
        { owner: 'y' },
      );
      expect(left.metadata.labels).toEqual({ user: '1', shared: 's', 'workload/app': 'true' });
      expect(left.metadata.annotations).toBeUndefined();
      const none = await store.apply(EDGE_DEVICE, { metadata: target }, { owner: 'y' });
      expect(none.metadata.labels).toEqual({ user: '1', shared: 's' });
    });

    test('empty labels, annotations and finalizers say nothing: they are in nobody’s way', async () => {
      const { store, ref } = subject();
      const target = ref();
      await store.apply(
        EDGE_DEVICE,
        { metadata: { ...target, labels: {}, annotations: {}, finalizers: [] } },
        { owner: 'x' },
      );
      const labelled = await store.apply(EDGE_DEVICE, { metadata: { ...target, labels: { a: '1' } } }, { owner: 'y' });
      expect(labelled.metadata.labels).toEqual({ a: '1' });
    });

    test('finalizers are a set whose items belong to owners', async () => {
      const { store, ref } = subject();
      const target = ref();
      await store.apply(
        EDGE_DEVICE,
        { metadata: { ...target, finalizers: ['k4e.io/a', 'k4e.io/shared'] } },
        { owner: 'x' },
      );
      await store.apply(
        EDGE_DEVICE,
        { metadata: { ...target, finalizers: ['k4e.io/b', 'k4e.io/shared'] } },
        { owner: 'y' },
      );
      const left = await store.apply(EDGE_DEVICE, { metadata: target }, { owner: 'x' });
      expect([...(left.metadata.finalizers ?? [])].sort()).toEqual(['k4e.io/b', 'k4e.io/shared']);
      expect(
        (await store.apply(EDGE_DEVICE, { metadata: target }, { owner: 'y' })).metadata.finalizers,
      ).toBeUndefined();
    });

    test('a list without keys is one value', async () => {
      const { store, ref } = subject();
      const target = ref();
      await store.apply(EDGE_DEPLOYMENT, deployment(target), { owner: 'x' });
      const containers = [{ name: 'other', image: 'registry.example/other:1' }];
      const other = { metadata: target, spec: { pod: { spec: { containers } } } };
      expect(await errorCodeOf(store.apply(EDGE_DEPLOYMENT, other, { owner: 'y' }))).toBe('CONFLICT');
      const forced = await store.apply(EDGE_DEPLOYMENT, other, { owner: 'y', force: true });
      expect(forced.spec.pod.spec.containers).toEqual(containers);
    });

    test('an empty object keeps its meaning', async () => {
      const { store, ref } = subject();
      const applied = await store.apply(EDGE_DEPLOYMENT, deployment(ref()), { owner: 'x' });
      expect(applied.spec.deviceSelector).toEqual({});
    });

    test('an object that its owner empties instead of leaving it out is refused', async () => {
      const { store, ref } = subject();
      const target = ref();
      await store.apply(EDGE_DEVICE, device(target, { spec: { osImageId: 'a' } }), { owner: 'x' });
      const emptied = store.apply(EDGE_DEVICE, device(target, { spec: {} }), { owner: 'x' });
      expect(await errorCodeOf(emptied)).toBe('RESOURCE_INVALID');
    });

    test('members that are undefined or null are as absent', async () => {
      const { store, ref } = subject();
      const target = ref();
      await store.apply(EDGE_DEVICE, device(target, { spec: { osImageId: 'a', pollIntervalSeconds: 5 } }), {
        owner: 'x',
      });
      const spec: object = { osImageId: undefined, heartbeat: null, pollIntervalSeconds: 5 };
      expect((await store.apply(EDGE_DEVICE, device(target, { spec }), { owner: 'x' })).spec).toEqual({
        pollIntervalSeconds: 5,
      });
    });

    test('the generation grows with the spec, and with nothing else', async () => {
      const { store, ref } = subject();
      const target = ref();
      const owner = { owner: 'x' };
      const generations = [
        await store.apply(EDGE_DEVICE, device(target, { spec: { osImageId: 'a' } }), owner),
        await store.apply(
          EDGE_DEVICE,
          { metadata: { ...target, labels: { a: '1' } }, spec: { osImageId: 'a' } },
          owner,
        ),
        await store.apply(
          EDGE_DEVICE,
          { metadata: target, status: { phase: 'up' } },
          { ...owner, subresource: 'status' },
        ),
        await store.apply(EDGE_DEVICE, device(target, { spec: { osImageId: 'b' } }), owner),
      ].map(({ metadata }) => metadata.generation);
      expect(generations).toEqual([1, 1, 1, 2]);
    });

    test('kinds of Kubernetes itself work the same way', async () => {
      const { store, ref } = subject();
      const target = ref();
      await store.apply(CONFIG_MAP, { metadata: target, data: { a: '1', b: '2' } }, { owner: 'x' });
      await store.apply(CONFIG_MAP, { metadata: target, data: { c: '3' } }, { owner: 'y' });
      const left = await store.apply(CONFIG_MAP, { metadata: target, data: { b: '4' } }, { owner: 'x' });
      expect(left.data).toEqual({ b: '4', c: '3' });
    });
  });
}
