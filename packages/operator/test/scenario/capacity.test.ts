import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { MAX_BODY_BYTES } from '@k4e/core/protocol';
import { EDGE_DEPLOYMENT } from '@k4e/core/resources';
import { startFleet } from './fleet.ts';
import type { Fleet } from './fleet.ts';

let fleet: Fleet;
beforeEach(async () => {
  fleet = await startFleet();
});
afterEach(() => fleet.stop());

/** Lets the control plane work for a moment, and looks again until it holds. */
async function eventually(check: () => Promise<void>): Promise<void> {
  await vi.waitFor(
    async () => {
      await fleet.clock.advance(600);
      await check();
    },
    { timeout: 15_000 },
  );
}

const capacity = async () => (await fleet.device('dev-1'))?.status?.conditions?.find(({ type }) => type === 'Capacity');
const carried = async () => (await fleet.configuration('dev-1')).workloads.map(({ name }) => name);
const warnings = async () =>
  (await fleet.events('dev-1')).filter(({ reason }) => reason === 'DeploymentsLeftOut').map(({ message }) => message);

test('the 257th deployment is left out and said; the device goes on, and it moves up when there is room', async () => {
  const names = Array.from({ length: 257 }, (_, index) => `w${String(index).padStart(3, '0')}`);
  for (const name of names) await fleet.deploy(name, { device: 'dev-1' });
  await fleet.register('dev-1');
  await eventually(async () => expect(await carried()).toEqual(names.slice(0, 256)));
  await eventually(async () => {
    await fleet.live('dev-1');
    expect((await fleet.device('dev-1'))?.status).toMatchObject({ phase: 'up', workloads: { summary: '256/256' } });
    expect(await capacity()).toMatchObject({
      status: 'False',
      reason: 'DeploymentsLeftOut',
      message: expect.stringContaining('left out: w256. ') as string,
    });
    expect(await warnings()).toHaveLength(1);
  });
  await fleet.store.delete(EDGE_DEPLOYMENT, { namespace: 'default', name: 'w003' });
  await eventually(async () => expect(await carried()).not.toContain('w003'));
  await fleet.live('dev-1');
  await eventually(async () => {
    expect(await carried()).toContain('w256');
    expect(await capacity()).toBeUndefined();
  });
}, 30_000);

test('deployments that are too much together are left out, and what is sent stays within a body', async () => {
  const big = (length: number) => ({
    spec: { containers: [{ name: 'web', image: 'localhost/web:1', args: ['x'.repeat(length)] }] },
  });
  for (const name of ['a', 'b', 'c', 'd', 'e']) await fleet.deploy(name, { device: 'dev-1', pod: big(250_000) });
  await fleet.register('dev-1');
  await eventually(async () => expect(await carried()).toEqual(['a', 'b', 'c']));
  expect((await capacity())?.message).toContain('left out: d, e. ');
  const answer = await fleet.controlPlane.edgeApi.fetchData('dev-1');
  expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThan(MAX_BODY_BYTES);
  await fleet.deploy('b', { device: 'dev-1', pod: big(10) });
  await fleet.live('dev-1');
  await eventually(async () => expect(await carried()).toEqual(['a', 'b', 'c', 'd']));
  expect(await warnings()).toHaveLength(2);
}, 30_000);
