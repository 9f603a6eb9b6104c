import { EDGE_DEVICE, LEASE } from '@k4e/core/resources';
import { describe, expect, test } from 'vitest';
import { errorCodeOf } from './error-code-of.ts';
import type { Current } from './store-under-test.ts';
import { device } from './samples.ts';

const OWNER = { owner: 'x' } as const;
const STATUS = { owner: 'x', subresource: 'status' } as const;
const FOREIGN_UID = '00000000-0000-4000-8000-000000000000';

/** What writes with a version or a uid promise. */
export function describePreconditions(subject: Current): void {
  describe('preconditions', () => {
    const made = async () => {
      const { store, ref } = subject();
      const target = ref();
      const { metadata } = await store.apply(EDGE_DEVICE, device(target, { spec: { osImageId: 'a' } }), OWNER);
      return { store, target, uid: metadata.uid ?? '', resourceVersion: metadata.resourceVersion ?? '' };
    };

    test('an apply with the current version and uid goes through', async () => {
      const { store, target, uid, resourceVersion } = await made();
      const content = { metadata: { ...target, uid, resourceVersion }, spec: { osImageId: 'b' } };
      const applied = await store.apply(EDGE_DEVICE, content, OWNER);
      expect(applied.spec).toEqual({ osImageId: 'b' });
      const status = { metadata: { ...applied.metadata }, status: { phase: 'up' } };
      expect((await store.apply(EDGE_DEVICE, status, STATUS)).status).toEqual({ phase: 'up' });
    });

    test('an apply with a version that is not the current one is a conflict that writes nothing', async () => {
      const { store, target, resourceVersion } = await made();
      const current = await store.apply(EDGE_DEVICE, device(target, { spec: { osImageId: 'b' } }), OWNER);
      const stale = { metadata: { ...target, resourceVersion }, spec: { osImageId: 'c' }, status: { phase: 'up' } };
      expect(await errorCodeOf(store.apply(EDGE_DEVICE, stale, { ...OWNER, force: true }))).toBe('CONFLICT');
      expect(await errorCodeOf(store.apply(EDGE_DEVICE, stale, { ...STATUS, force: true }))).toBe('CONFLICT');
      expect(await store.get(EDGE_DEVICE, target)).toEqual(current);
    });

    test('an apply with a uid that is not the current one is a conflict that writes nothing', async () => {
      const { store, target } = await made();
      const current = await store.get(EDGE_DEVICE, target);
      const foreign = { metadata: { ...target, uid: FOREIGN_UID }, spec: { osImageId: 'c' }, status: { phase: 'up' } };
      expect(await errorCodeOf(store.apply(EDGE_DEVICE, foreign, OWNER))).toBe('CONFLICT');
      expect(await errorCodeOf(store.apply(EDGE_DEVICE, foreign, STATUS))).toBe('CONFLICT');
      expect(await store.get(EDGE_DEVICE, target)).toEqual(current);
    });

    test('a status with the right uid goes through while others write', async () => {
      const { store, target, uid } = await made();
      const status = (phase: string) =>
        store.apply(EDGE_DEVICE, { metadata: { ...target, uid }, status: { phase } }, STATUS);
      const others = Array.from({ length: 3 }, (_, index) =>
        store.apply(EDGE_DEVICE, { metadata: { ...target, labels: { n: String(index) } } }, { owner: 'y' }),
      );
      await Promise.all([...others, status('up')]);
      expect((await store.get(EDGE_DEVICE, target))?.status).toEqual({ phase: 'up' });
    });

    test('an apply with a version or a uid never creates', async () => {
      const { store, target, uid, resourceVersion } = await made();
      await store.delete(EDGE_DEVICE, target);
      for (const known of [{ uid }, { resourceVersion }, { uid, resourceVersion }]) {
        const content = { metadata: { ...target, ...known }, spec: { osImageId: 'a' }, status: { phase: 'up' } };
        expect(await errorCodeOf(store.apply(EDGE_DEVICE, content, OWNER))).toBe('NOT_FOUND');
        expect(await errorCodeOf(store.apply(EDGE_DEVICE, content, STATUS))).toBe('NOT_FOUND');
      }
      expect(await store.get(EDGE_DEVICE, target)).toBeUndefined();
    });

    test('of many that apply with the same version one goes through', async () => {
      const { store, ref } = subject();
      const target = ref();
      const { metadata } = await store.create(LEASE, { metadata: target, spec: { holderIdentity: 'nobody' } });
      const { resourceVersion = '' } = metadata;
      const take = (holder: string) =>
        errorCodeOf(
          store.apply(
            LEASE,
            { metadata: { ...target, resourceVersion }, spec: { holderIdentity: holder } },
            { owner: holder, force: true },
          ),
        );
      const outcomes = await Promise.all(Array.from({ length: 8 }, (_, index) => take(`replica-${index}`)));
      expect(outcomes.filter((outcome) => outcome === 'no error')).toHaveLength(1);
      expect(outcomes.filter((outcome) => outcome === 'CONFLICT')).toHaveLength(7);
      const winner = outcomes.indexOf('no error');
      expect((await store.get(LEASE, target))?.spec.holderIdentity).toBe(`replica-${winner}`);
    });

    test('every call whose signal has fired rejects with ABORTED and does nothing', async () => {
      const { store, target } = await made();
      const signal = AbortSignal.abort();
      const changed = device(target, { spec: { osImageId: 'z' } });
      const calls = [
        store.get(EDGE_DEVICE, target, { signal }),
        store.list(EDGE_DEVICE, {}, { signal }),
        store.create(EDGE_DEVICE, device({ ...target, name: `${target.name}-2` }), { signal }),
        store.apply(EDGE_DEVICE, changed, { ...OWNER, signal }),
        store.delete(EDGE_DEVICE, target, { signal }),
      ];
      expect(await Promise.all(calls.map(errorCodeOf))).toEqual(calls.map(() => 'ABORTED'));
      expect((await store.get(EDGE_DEVICE, target))?.spec).toEqual({ osImageId: 'a' });
      expect(await store.get(EDGE_DEVICE, { ...target, name: `${target.name}-2` })).toBeUndefined();
    });
  });
}
