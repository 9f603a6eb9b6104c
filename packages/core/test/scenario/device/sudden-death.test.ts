import { expect, test } from 'vitest';
import { DISCONNECTED_DOCUMENT } from '@k4e/core/device';
import { command, configure, createDeviceBench, heartbeats, pods, workload } from './device-bench.ts';
import type { DeviceBench } from './device-bench.ts';
import { createFuse, mortalParts } from './mortal-parts.ts';

/** More moments than any of the scenarios has; a scenario says when it has seen its last. */
const MANY = 10_000;

/** Each of these plays a whole life hundreds of times. */
const PATIENT = { timeout: 120_000 };

const BEFORE = {
  workloads: [workload('same', { port: 81 }), workload('changed', { port: 82 }), workload('gone', { port: 83 })],
};
const AFTER = {
  workloads: [
    workload('same', { port: 81 }),
    workload('changed', { image: 'changed:2', port: 83 }),
    workload('new', { port: 82 }),
  ],
};
const PODS_BEFORE = ['changed running', 'gone running', 'same running'];
const PODS_AFTER = ['changed running', 'new running', 'same running'];

/** A machine on which `BEFORE` is in force, with nobody at work. */
async function prepare(): Promise<DeviceBench> {
  const bench = createDeviceBench();
  const running = bench.boot();
  configure(bench, 'v1', BEFORE);
  await bench.clock.advance(5_000);
  await running.stop();
  return bench;
}

/** Plays `scenario` again and again, killed at each of its moments in turn; answers how many there were. */
async function atEachMoment(
  scenario: (bench: DeviceBench) => void,
  check: (bench: DeviceBench, moment: number) => Promise<void>,
): Promise<number> {
  for (let moment = 0; moment < MANY; moment++) {
    const bench = await prepare();
    const fuse = createFuse(moment);
    bench.boot(mortalParts(bench, fuse));
    await bench.clock.advance(200);
    scenario(bench);
    await bench.clock.advance(5_000);
    if (!fuse.death.aborted) return moment;
    await check(bench, moment);
  }
  throw new Error('the scenario has no end');
}

const changed = (bench: DeviceBench): string | undefined => {
  const image = JSON.stringify(bench.runtime.engine.pods.get('changed')?.request.manifest);
  return /changed:[12]/.exec(image)?.[0];
};

test(
  'killed at any moment of a deployment, the next agent completes it, and never touches what is the same',
  PATIENT,
  async () => {
    const moments = await atEachMoment(
      (bench) => configure(bench, 'v2', AFTER),
      async (bench, moment) => {
        const running = bench.boot();
        configure(bench, 'v2', AFTER);
        await bench.clock.advance(30_000);
        expect(pods(bench), `moment ${moment}`).toEqual(PODS_AFTER);
        expect(changed(bench)).toBe('changed:2');
        expect(bench.firewall.openPorts()).toEqual(['81/tcp', '82/tcp', '83/tcp']);
        expect(heartbeats(bench).at(-1), `moment ${moment}`).toMatchObject({ status: 'up', version: 'v2' });
        expect(bench.runtime.engine.pods.get('same')?.containers.map(({ starts }) => starts)).toEqual([1]);
        await running.stop();
      },
    );
    expect(moments).toBeGreaterThan(30);
  },
);

test(
  'killed at any moment of a deployment and then without a control plane, it is the old or the new, whole',
  PATIENT,
  async () => {
    const seen = new Set<string>();
    await atEachMoment(
      (bench) => configure(bench, 'v2', AFTER),
      async (bench, moment) => {
        bench.link.refuse('LINK_UNREACHABLE');
        const running = bench.boot();
        await bench.clock.advance(30_000);
        const isNew = running.device.appliedVersion() === 'v2';
        expect(pods(bench), `moment ${moment}`).toEqual(isNew ? PODS_AFTER : PODS_BEFORE);
        expect(changed(bench)).toBe(isNew ? 'changed:2' : 'changed:1');
        expect(bench.firewall.openPorts()).toEqual(['81/tcp', '82/tcp', '83/tcp']);
        seen.add(running.device.appliedVersion() ?? 'none');
        await running.stop();
      },
    );
    expect([...seen].sort()).toEqual(['v1', 'v2']);
  },
);

test('killed at any moment of leaving, the next agent completes that', PATIENT, async () => {
  const moments = await atEachMoment(
    (bench) => command(bench, 'disconnect'),
    async (bench, moment) => {
      const running = bench.boot();
      if (!bench.state.documents().has(DISCONNECTED_DOCUMENT)) command(bench, 'disconnect');
      await bench.clock.advance(30_000);
      expect(await running.ended).toBe('disconnected');
      expect(pods(bench), `moment ${moment}`).toEqual([]);
      expect(bench.firewall.openPorts()).toEqual([]);
      expect(bench.volumes.names()).toEqual([]);
      expect([...bench.state.documents().keys()]).toEqual([DISCONNECTED_DOCUMENT]);
      const told = bench.link.sent().filter(({ message }) => message.type === 'connection-status');
      expect(told.length, `moment ${moment}`).toBeGreaterThan(0);
    },
  );
  expect(moments).toBeGreaterThan(15);
});
