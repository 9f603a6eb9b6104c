import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import {
  WORKLOAD_IMAGE,
  buildWorkloadImage,
  defaultPartContext,
  runCommand,
  startPodman,
  waitUntil,
} from '../../src/index.ts';
import type { Podman } from '../../src/index.ts';
import { describeWithPart } from '../../src/vitest/index.ts';
import { expectNothingLeft, expectNothingLeftAfterDeath } from './nothing-left.ts';
import { pageAt, podOn } from './served-pod.ts';
import { programsOf } from './programs-of.ts';

/** Below those that `freePorts` gives. */
const PORT = 18_080;

describe.each([
  { part: 'podman', isolated: false },
  { part: 'isolated-podman', isolated: true },
] as const)('$part', async ({ part, isolated }) => {
  await describeWithPart(part, 'while it runs', () => {
    let podman: Podman;
    beforeAll(async () => {
      const { archive } = await buildWorkloadImage();
      podman = await startPodman({ isolated, archives: [archive] });
    });
    afterAll(() => podman.stop());

    it('has nothing but the image that it was given', async () => {
      expect((await podman.podman(['ps', '--all', '--quiet'])).stdout).toBe('');
      const images = await podman.podman(['images', '--format={{.Repository}}:{{.Tag}}']);
      expect(images.stdout.trim()).toBe(WORKLOAD_IMAGE);
    });

    it('runs a pod whose page is served on a host port', async () => {
      const played = await podman.podman(['kube', 'play', '-'], { stdin: podOn(PORT, 'served') });
      expect(played).toMatchObject({ code: 0 });
      const page = await pageAt(`http://${podman.address}:${String(PORT)}/`);
      expect(page).toContain('hello from the edge');
    });

    it('ends that pod at once when it is stopped', async () => {
      const startedMs = Date.now();
      await podman.podman(['pod', 'stop', '--time=30', 'served']);
      expect(Date.now() - startedMs).toBeLessThan(15_000);
      const { stdout } = await podman.podman(['ps', '--all', '--format={{.Status}}', '--filter=name=served-web']);
      expect(stdout).toContain('Exited (0)');
    });

    it('tells a program that crashes by its status', async () => {
      const crashed = await podman.podman(['run', '--rm', WORKLOAD_IMAGE, '/bin/crash', '0']);
      expect(crashed).toMatchObject({ code: 1 });
      expect(crashed.stderr).toContain('crashing as I was told');
    });
  });

  await describeWithPart(part, 'what it leaves behind', () => {
    it('is nothing when it was stopped with a pod that runs', async () => {
      const { archive } = await buildWorkloadImage();
      const podman = await startPodman({ isolated, archives: [archive] });
      await podman.podman(['kube', 'play', '-'], { stdin: podOn(PORT, 'left') });
      const directory = dirname(podman.socketPath);
      const [id = ''] = (await podman.podman(['pod', 'ps', '--quiet', '--no-trunc'])).stdout.split('\n');
      expect(programsOf(directory)).not.toEqual([]);
      expect(await cgroupsOf(id)).not.toEqual([]);
      await podman.stop();
      await expectNothingLeft(directory);
      // On the machine itself podman 4.3 forgets the groups that it made in hierarchies that it does not manage.
      if (isolated) expect(await cgroupsOf(id)).toEqual([]);
    });

    it('is nothing when its process was killed', () => expectNothingLeftAfterDeath(part));
  });
});

await describeWithPart('isolated-podman', "root's podmans on the machine itself", () => {
  it('take turns', async () => {
    const said: string[] = [];
    const context = { ...defaultPartContext(), progress: (line: string) => void said.push(line) };
    const first = await startPodman();
    const second = startPodman({ context });
    const isWaiting = (): boolean => said.some((line) => line.startsWith('waiting for another podman'));
    await waitUntil(isWaiting, { what: 'the second waits', deadlineMs: 20_000 }).finally(() => first.stop());
    await (await second).stop();
  });
});

await describeWithPart('isolated-podman', 'isolated podmans side by side', () => {
  it('may all publish the same host port', async () => {
    const { archive } = await buildWorkloadImage();
    const podmans = await Promise.all([1, 2].map(() => startPodman({ isolated: true, archives: [archive] })));
    try {
      for (const podman of podmans) {
        expect(await podman.podman(['kube', 'play', '-'], { stdin: podOn(PORT, 'same') })).toMatchObject({ code: 0 });
      }
      for (const podman of podmans) {
        expect(await pageAt(`http://${podman.address}:${String(PORT)}/`)).toContain('hello from the edge');
        const inside = await podman.netns.exec(['ip', '-brief', 'address']);
        expect(inside.stdout).toContain(podman.address);
      }
    } finally {
      await Promise.all(podmans.map((podman) => podman.stop()));
    }
  });
});

async function cgroupsOf(id: string): Promise<readonly string[]> {
  const groups = await runCommand(['find', '/sys/fs/cgroup', '-name', `*${id}*`]);
  return groups.stdout.split('\n').filter((path) => path !== '');
}
