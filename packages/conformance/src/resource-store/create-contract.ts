import { CONFIG_MAP, EDGE_DEPLOYMENT, EDGE_DEVICE } from '@k4e/core/resources';
import type { AppliedResource, EdgeDeployment, EdgeDevice } from '@k4e/core/resources';
import { describe, expect, test } from 'vitest';
import { errorCodeOf } from './error-code-of.ts';
import type { Current } from './store-under-test.ts';
import { deployment, device } from './samples.ts';

/** What `create` and `get` promise. */
export function describeCreate(subject: Current): void {
  describe('create and get', () => {
    test('what is not there reads as undefined', async () => {
      const { store, ref } = subject();
      expect(await store.get(EDGE_DEVICE, ref())).toBeUndefined();
    });

    test('a created resource has identity, version, generation and time, and reads back as it was returned', async () => {
      const { store, ref } = subject();
      const target = ref();
      const labels = { site: 'north', 'k4e.io/rack': '7' };
      const created = await store.create(EDGE_DEVICE, { metadata: { ...target, labels }, spec: { osImageId: 'os-1' } });
      expect(created).toMatchObject({
        apiVersion: 'management.k4e.io/v1alpha1',
        kind: 'EdgeDevice',
        metadata: { ...target, labels, generation: 1 },
        spec: { osImageId: 'os-1' },
      });
      expect(created.metadata.uid).toMatch(/^[0-9a-f-]{36}$/);
      expect(created.metadata.resourceVersion).toMatch(/./);
      expect(created.metadata.creationTimestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      expect(await store.get(EDGE_DEVICE, target)).toEqual(created);
    });

    test('defaults are filled', async () => {
      const { store, ref } = subject();
      const made = await store.create(EDGE_DEVICE, device(ref(), { spec: { heartbeat: { hardwareProfile: {} } } }));
      expect(made.spec).toEqual({
        heartbeat: { periodSeconds: 60, hardwareProfile: { include: false, scope: 'full' } },
      });
      const deployed = await store.create(EDGE_DEPLOYMENT, deployment(ref()));
      expect(deployed.spec.type).toBe('pod');
    });

    test('the status of a kind with a status subresource is not created', async () => {
      const { store, ref } = subject();
      const created = await store.create(EDGE_DEVICE, device(ref(), { status: { phase: 'up' } }));
      expect(created.status).toBeUndefined();
    });

    test('what the store itself sets is not taken from the caller', async () => {
      const { store, ref } = subject();
      const metadata = {
        ...ref(),
        uid: 'mine',
        resourceVersion: '7',
        generation: 7,
        creationTimestamp: '2001-01-01T00:00:00Z',
      };
      const created = await store.create(EDGE_DEVICE, { metadata });
      expect(created.metadata.generation).toBe(1);
      expect(created.metadata.uid).not.toBe('mine');
      expect(created.metadata.resourceVersion).not.toBe('7');
      expect(created.metadata.creationTimestamp).not.toBe('2001-01-01T00:00:00Z');
    });

    test('a name is taken once a kind and namespace', async () => {
      const { store, ref, otherNamespace } = subject();
      const target = ref();
      await store.create(EDGE_DEVICE, device(target));
      expect(await errorCodeOf(store.create(EDGE_DEVICE, device(target)))).toBe('ALREADY_EXISTS');
      await store.create(EDGE_DEPLOYMENT, deployment(target));
      await store.create(EDGE_DEVICE, device({ ...target, namespace: otherNamespace }));
    });

    test('fields that came by create belong to somebody: an apply that changes one is a conflict, unless forced', async () => {
      const { store, ref } = subject();
      const target = ref();
      await store.create(EDGE_DEVICE, device(target, { spec: { osImageId: 'a' } }));
      const other = device(target, { spec: { osImageId: 'b' } });
      expect(await errorCodeOf(store.apply(EDGE_DEVICE, other, { owner: 'x' }))).toBe('CONFLICT');
      expect((await store.get(EDGE_DEVICE, target))?.spec).toEqual({ osImageId: 'a' });
      await store.apply(EDGE_DEVICE, device(target, { spec: { osImageId: 'a' } }), { owner: 'x' });
      expect((await store.apply(EDGE_DEVICE, other, { owner: 'x', force: true })).spec).toEqual({ osImageId: 'b' });
    });
  });

  describe('validation', () => {
    const containers = [{ name: 'app', image: 'registry.example/app:1' }];
    const export_ = [
      { name: 'app', image: 'registry.example/app:1', volumeMounts: [{ name: 'v', mountPath: '/export' }] },
    ];
    const refusedDevices: readonly (readonly [string, Omit<AppliedResource<EdgeDevice>, 'metadata'> & object])[] = [
      ['a number out of range', { spec: { heartbeat: { periodSeconds: 0 } } }],
      ['a text that is too long', { spec: { osImageId: 'x'.repeat(1_025) } }],
      ['a text that is no time', { spec: { requestTime: 'yesterday' } }],
      ['a field that the schema does not know', { spec: { osImageId: 'a', colour: 'red' } } as object],
      ['a value of another type', { spec: { pollIntervalSeconds: '5' } } as object],
    ];
    const refusedDeployments: readonly (readonly [string, AppliedResource<EdgeDeployment>['spec']])[] = [
      ['a required field left out', { deviceSelector: {} }],
      [
        'a rule that spans fields',
        { pod: { spec: { containers } }, deviceSelector: { matchExpressions: [{ key: 'a', operator: 'In' }] } },
      ],
      ['a mount on /export', { pod: { spec: { containers: export_ } } }],
    ];

    test.each(refusedDevices)('%s is refused by create and by apply', async (_what, content) => {
      const { store, ref } = subject();
      const target = ref();
      expect(await errorCodeOf(store.create(EDGE_DEVICE, device(target, content)))).toBe('RESOURCE_INVALID');
      expect(await errorCodeOf(store.apply(EDGE_DEVICE, device(target, content), { owner: 'x' }))).toBe(
        'RESOURCE_INVALID',
      );
      expect(await store.get(EDGE_DEVICE, target)).toBeUndefined();
    });

    test.each(refusedDeployments)('%s is refused by create and by apply', async (_what, spec) => {
      const { store, ref } = subject();
      const metadata = ref();
      const content = spec === undefined ? { metadata } : { metadata, spec };
      expect(await errorCodeOf(store.create(EDGE_DEPLOYMENT, content))).toBe('RESOURCE_INVALID');
      expect(await errorCodeOf(store.apply(EDGE_DEPLOYMENT, content, { owner: 'x' }))).toBe('RESOURCE_INVALID');
    });

    test.each([
      ['a label key with a space', { labels: { 'a b': '1' } }],
      ['a label value with 64 characters', { labels: { a: 'x'.repeat(64) } }],
      ['a label value that ends in a hyphen', { labels: { a: 'x-' } }],
      ['an annotation key with two slashes', { annotations: { 'a/b/c': '1' } }],
      ['annotations of more than 256 KiB', { annotations: { a: 'x'.repeat(262_144) } }],
      ['a finalizer with a space', { finalizers: ['k4e.io/a b'] }],
    ])('%s is refused', async (_what, metadata) => {
      const { store, ref } = subject();
      const content = { metadata: { ...ref(), ...metadata } };
      expect(await errorCodeOf(store.create(EDGE_DEVICE, content))).toBe('RESOURCE_INVALID');
      expect(await errorCodeOf(store.apply(CONFIG_MAP, content, { owner: 'x' }))).toBe('RESOURCE_INVALID');
    });

    test.each(['Upper', 'under_score', '-a', 'a-', 'x'.repeat(254)])('the name %j is refused', async (name) => {
      const { store, ref } = subject();
      expect(await errorCodeOf(store.create(EDGE_DEVICE, device({ ...ref(), name })))).toBe('RESOURCE_INVALID');
    });

    test('an EdgeDeployment may have a name of 63 characters, and not of 64', async () => {
      const { store, ref } = subject();
      const [fits, tooLong] = [63, 64].map((length) => ref().name.padEnd(length, 'x')) as [string, string];
      await store.create(EDGE_DEPLOYMENT, deployment({ ...ref(), name: fits }));
      const refused = store.create(EDGE_DEPLOYMENT, deployment({ ...ref(), name: tooLong }));
      expect(await errorCodeOf(refused)).toBe('RESOURCE_INVALID');
    });

    test('an apply that would break what is there is refused, and nothing changes', async () => {
      const { store, ref } = subject();
      const target = ref();
      const before = await store.apply(EDGE_DEPLOYMENT, deployment(target), { owner: 'x' });
      const broken = { metadata: target, spec: { pod: { spec: { containers: [] } } } };
      expect(await errorCodeOf(store.apply(EDGE_DEPLOYMENT, broken, { owner: 'x' }))).toBe('RESOURCE_INVALID');
      expect(await store.get(EDGE_DEPLOYMENT, target)).toEqual(before);
    });
  });
}
