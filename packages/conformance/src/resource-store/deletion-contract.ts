import { CONFIG_MAP, EDGE_DEVICE } from '@k4e/core/resources';
import { describe, expect, test } from 'vitest';
import { errorCodeOf } from './error-code-of.ts';
import type { Current } from './store-under-test.ts';
import { device } from './samples.ts';

const OWNER = { owner: 'x' } as const;
const FOREIGN_UID = '00000000-0000-4000-8000-000000000000';

/** What `delete` and finalizers promise. */
export function describeDeletion(subject: Current): void {
  const held = async (finalizers = ['k4e.io/hold']) => {
    const { store, ref } = subject();
    const target = ref();
    const made = await store.apply(
      EDGE_DEVICE,
      { metadata: { ...target, finalizers }, spec: { osImageId: 'a' } },
      OWNER,
    );
    return { store, target, made };
  };

  describe('delete', () => {
    test('what was there is gone, and what was not there is no error', async () => {
      const { store, ref } = subject();
      const target = ref();
      await store.create(EDGE_DEVICE, device(target));
      expect(await store.delete(EDGE_DEVICE, target)).toBe(true);
      expect(await store.get(EDGE_DEVICE, target)).toBeUndefined();
      expect(await store.delete(EDGE_DEVICE, target)).toBe(false);
    });

    test('a name can be used again, by a resource with a uid, an owner and a version of its own', async () => {
      const { store, ref } = subject();
      const target = ref();
      const first = await store.apply(EDGE_DEVICE, device(target, { spec: { osImageId: 'a' } }), OWNER);
      await store.delete(EDGE_DEVICE, target);
      const second = await store.apply(EDGE_DEVICE, device(target, { spec: { osImageId: 'b' } }), { owner: 'y' });
      expect(second.metadata.uid).not.toBe(first.metadata.uid);
      expect(second.metadata.resourceVersion).not.toBe(first.metadata.resourceVersion);
      expect(second.metadata.generation).toBe(1);
    });

    test('a uid that is not the current one is a conflict, and the current one is fine', async () => {
      const { store, ref } = subject();
      const target = ref();
      const { metadata } = await store.create(EDGE_DEVICE, device(target));
      expect(await errorCodeOf(store.delete(EDGE_DEVICE, target, { uid: FOREIGN_UID }))).toBe('CONFLICT');
      expect(await store.get(EDGE_DEVICE, target)).toBeDefined();
      expect(await store.delete(EDGE_DEVICE, target, { uid: metadata.uid ?? '' })).toBe(true);
      expect(await store.delete(EDGE_DEVICE, target, { uid: metadata.uid ?? '' })).toBe(false);
    });
  });

  describe('finalizers', () => {
    test('hold a deleted resource, which is marked and counted as changed once', async () => {
      const { store, target, made } = await held();
      expect(await store.delete(EDGE_DEVICE, target)).toBe(true);
      const marked = await store.get(EDGE_DEVICE, target);
      expect(marked?.metadata.deletionTimestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      expect(marked?.metadata.resourceVersion).not.toBe(made.metadata.resourceVersion);
      expect(marked?.metadata.generation).toBe((made.metadata.generation ?? 0) + 1);
      expect(await store.delete(EDGE_DEVICE, target)).toBe(true);
      expect(await store.get(EDGE_DEVICE, target)).toEqual(marked);
    });

    test('the resource goes when the last one is applied away', async () => {
      const { store, target } = await held(['k4e.io/a', 'k4e.io/b']);
      await store.delete(EDGE_DEVICE, target);
      const spec = { osImageId: 'a' };
      await store.apply(EDGE_DEVICE, { metadata: { ...target, finalizers: ['k4e.io/b'] }, spec }, OWNER);
      expect((await store.get(EDGE_DEVICE, target))?.metadata.finalizers).toEqual(['k4e.io/b']);
      const last = await store.apply(EDGE_DEVICE, { metadata: target, spec }, OWNER);
      expect(last.metadata.name).toBe(target.name);
      expect(last.metadata.finalizers).toBeUndefined();
      expect(await store.get(EDGE_DEVICE, target)).toBeUndefined();
    });

    test('one that another owner holds too keeps the resource', async () => {
      const { store, target } = await held(['k4e.io/shared']);
      await store.apply(EDGE_DEVICE, { metadata: { ...target, finalizers: ['k4e.io/shared'] } }, { owner: 'y' });
      await store.delete(EDGE_DEVICE, target);
      await store.apply(EDGE_DEVICE, device(target, { spec: { osImageId: 'a' } }), OWNER);
      expect(await store.get(EDGE_DEVICE, target)).toBeDefined();
      await store.apply(EDGE_DEVICE, device(target), { owner: 'y' });
      expect(await store.get(EDGE_DEVICE, target)).toBeUndefined();
    });

    test('none can be added while the resource is being deleted; all else can be written', async () => {
      const { store, target } = await held();
      await store.delete(EDGE_DEVICE, target);
      const finalizers = ['k4e.io/hold', 'k4e.io/more'];
      const more = { metadata: { ...target, finalizers }, spec: { osImageId: 'a' } };
      expect(await errorCodeOf(store.apply(EDGE_DEVICE, more, OWNER))).toBe('RESOURCE_INVALID');
      const status = await store.apply(
        EDGE_DEVICE,
        { metadata: target, status: { phase: 'deleting' } },
        { ...OWNER, subresource: 'status' },
      );
      expect(status).toMatchObject({ status: { phase: 'deleting' }, metadata: { finalizers: ['k4e.io/hold'] } });
      const labelled = await store.apply(EDGE_DEVICE, { metadata: { ...target, labels: { a: '1' } } }, { owner: 'y' });
      expect(labelled.metadata.labels).toEqual({ a: '1' });
    });

    test('come by create too, and hold kinds of Kubernetes itself', async () => {
      const { store, ref } = subject();
      const target = ref();
      await store.apply(CONFIG_MAP, { metadata: { ...target, finalizers: ['k4e.io/hold'] }, data: { a: '1' } }, OWNER);
      await store.delete(CONFIG_MAP, target);
      expect((await store.get(CONFIG_MAP, target))?.metadata.deletionTimestamp).toBeDefined();
      await store.apply(CONFIG_MAP, { metadata: target }, OWNER);
      expect(await store.get(CONFIG_MAP, target)).toBeUndefined();
      const made = await store.create(EDGE_DEVICE, { metadata: { ...target, finalizers: ['k4e.io/hold'] } });
      expect(made.metadata.finalizers).toEqual(['k4e.io/hold']);
    });

    test('a name that is still held is taken', async () => {
      const { store, target } = await held();
      await store.delete(EDGE_DEVICE, target);
      expect(await errorCodeOf(store.create(EDGE_DEVICE, device(target)))).toBe('ALREADY_EXISTS');
    });
  });
}
