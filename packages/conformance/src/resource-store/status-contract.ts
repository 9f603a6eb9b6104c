import { EDGE_DEVICE } from '@k4e/core/resources';
import type { EdgeDeviceStatus } from '@k4e/core/resources';
import { describe, expect, test } from 'vitest';
import { errorCodeOf } from './error-code-of.ts';
import type { Current } from './store-under-test.ts';
import { device, moment } from './samples.ts';

const HEARTBEAT = { owner: 'heartbeat', subresource: 'status' } as const;
const CONTROLLER = { owner: 'controller', subresource: 'status' } as const;

/** What `apply` to the status promises. */
export function describeStatus(subject: Current): void {
  const made = async (spec = { osImageId: 'a' }) => {
    const { store, ref } = subject();
    const target = ref();
    await store.apply(EDGE_DEVICE, { metadata: { ...target, labels: { a: '1' } }, spec }, { owner: 'x' });
    const apply = (status: Partial<EdgeDeviceStatus> | object, by: typeof HEARTBEAT | typeof CONTROLLER) =>
      store.apply(EDGE_DEVICE, { metadata: target, status }, by);
    return { store, target, apply };
  };

  describe('status', () => {
    test('a status write touches the status alone, whatever else it carries', async () => {
      const { store, target } = await made();
      const whole = {
        metadata: { ...target, labels: { b: '2' }, finalizers: ['k4e.io/f'] },
        spec: { osImageId: 'b' },
        status: { phase: 'up' },
      };
      const applied = await store.apply(EDGE_DEVICE, whole, HEARTBEAT);
      expect(applied.metadata).toMatchObject({ labels: { a: '1' } });
      expect(applied.metadata.finalizers).toBeUndefined();
      expect(applied.spec).toEqual({ osImageId: 'a' });
      expect(applied.status).toEqual({ phase: 'up' });
    });

    test('a write that is no status write never touches the status', async () => {
      const { store, target, apply } = await made();
      await apply({ phase: 'up' }, HEARTBEAT);
      const content = device(target, { spec: { osImageId: 'b' }, status: { phase: 'degraded' } });
      const applied = await store.apply(EDGE_DEVICE, content, { owner: 'heartbeat', force: true });
      expect(applied).toMatchObject({ spec: { osImageId: 'b' }, status: { phase: 'up' } });
      const less = await store.apply(EDGE_DEVICE, device(target), { owner: 'heartbeat' });
      expect(less.status).toEqual({ phase: 'up' });
    });

    test('the same status again changes nothing, not even the version', async () => {
      const { apply } = await made();
      const status = { phase: 'up', deployments: [{ name: 'app', phase: 'Running' }] };
      const first = await apply(status, HEARTBEAT);
      expect(await apply(status, HEARTBEAT)).toEqual(first);
    });

    test('a status never creates', async () => {
      const { store, ref } = subject();
      const target = ref();
      const written = store.apply(EDGE_DEVICE, device(target, { status: { phase: 'up' } }), HEARTBEAT);
      expect(await errorCodeOf(written)).toBe('NOT_FOUND');
      expect(await store.get(EDGE_DEVICE, target)).toBeUndefined();
    });

    test('a status that the schema refuses is refused', async () => {
      const { apply } = await made();
      expect(await errorCodeOf(apply({ phase: 'x'.repeat(64) }, HEARTBEAT))).toBe('RESOURCE_INVALID');
      expect(await errorCodeOf(apply({ colour: 'red' }, HEARTBEAT))).toBe('RESOURCE_INVALID');
    });

    test('another value for a field of another owner is a conflict; force takes it over', async () => {
      const { apply } = await made();
      await apply({ phase: 'up' }, HEARTBEAT);
      expect(await errorCodeOf(apply({ phase: 'unreachable' }, CONTROLLER))).toBe('CONFLICT');
      const forced = await apply({ phase: 'unreachable' }, { ...CONTROLLER, ...{ force: true } });
      expect(forced.status?.phase).toBe('unreachable');
    });
  });

  describe('lists with keys', () => {
    test('items are merged by key, and their fields belong to owners one by one', async () => {
      const { apply } = await made();
      await apply(
        {
          deployments: [
            { name: 'a', assignedTime: moment(1) },
            { name: 'b', assignedTime: moment(2) },
          ],
        },
        CONTROLLER,
      );
      const both = await apply(
        {
          deployments: [
            { name: 'b', phase: 'Running' },
            { name: 'a', phase: 'Error', message: 'm' },
          ],
        },
        HEARTBEAT,
      );
      expect(both.status?.deployments).toHaveLength(2);
      expect(both.status?.deployments).toEqual(
        expect.arrayContaining([
          { name: 'a', phase: 'Error', message: 'm', assignedTime: moment(1) },
          { name: 'b', phase: 'Running', assignedTime: moment(2) },
        ]),
      );
    });

    test('an item that two owners have stays, less the fields of the one that leaves it, until both have left it', async () => {
      const { apply } = await made();
      await apply({ deployments: [{ name: 'a', assignedTime: moment(1) }] }, CONTROLLER);
      await apply({ deployments: [{ name: 'a', phase: 'Running', message: 'm' }] }, HEARTBEAT);
      const left = await apply({ phase: 'up' }, HEARTBEAT);
      expect(left.status?.deployments).toEqual([{ name: 'a', phase: 'Deploying', assignedTime: moment(1) }]);
      const gone = await apply({}, CONTROLLER);
      expect(gone.status).toEqual({ phase: 'up' });
    });

    test('an item goes with its only owner, and what defaults added goes with it', async () => {
      const { apply } = await made();
      await apply({ deployments: [{ name: 'a' }, { name: 'b' }] }, CONTROLLER);
      await apply({ deployments: [{ name: 'c', phase: 'Running' }] }, HEARTBEAT);
      const left = await apply({ deployments: [{ name: 'b' }] }, CONTROLLER);
      expect(left.status?.deployments?.map(({ name }) => name).sort()).toEqual(['b', 'c']);
    });

    test('items keep the order of the owner that applies, the others their place', async () => {
      const { apply } = await made();
      await apply({ deployments: ['a', 'b', 'c'].map((name) => ({ name })) }, CONTROLLER);
      const both = await apply({ deployments: ['c', 'x', 'a'].map((name) => ({ name, phase: 'Running' })) }, HEARTBEAT);
      const names = both.status?.deployments?.map(({ name }) => name);
      expect(names?.filter((name) => 'cxa'.includes(name))).toEqual(['c', 'x', 'a']);
      expect([...(names ?? [])].sort()).toEqual(['a', 'b', 'c', 'x']);
    });

    test('an item that is there twice, or has no key, is refused', async () => {
      const { apply } = await made();
      expect(await errorCodeOf(apply({ deployments: [{ name: 'a' }, { name: 'a' }] }, CONTROLLER))).toBe(
        'RESOURCE_INVALID',
      );
      expect(await errorCodeOf(apply({ deployments: [{ phase: 'Running' }] }, CONTROLLER))).toBe('RESOURCE_INVALID');
    });

    test('conditions are merged by type', async () => {
      const { apply } = await made();
      const condition = (type: string, status: 'True' | 'False') => ({
        type,
        status,
        reason: 'R',
        message: 'm',
        lastTransitionTime: moment(1),
      });
      await apply({ conditions: [condition('Ready', 'True')] }, HEARTBEAT);
      await apply({ conditions: [condition('Synced', 'False')] }, CONTROLLER);
      expect(await errorCodeOf(apply({ conditions: [condition('Ready', 'False')] }, CONTROLLER))).toBe('CONFLICT');
      const both = await apply({ conditions: [condition('Synced', 'True')] }, CONTROLLER);
      expect(both.status?.conditions).toHaveLength(2);
      expect(both.status?.conditions).toEqual(
        expect.arrayContaining([condition('Ready', 'True'), condition('Synced', 'True')]),
      );
    });
  });
}
