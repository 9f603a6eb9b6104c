import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { WORKLOAD_IMAGE, buildWorkloadImage, runCommand, startPodman, waitUntil } from '../../src/index.ts';
import type { Podman } from '../../src/index.ts';
import { mountsBelow } from '../../src/processes/index.ts';
import { describeWithPart } from '../../src/vitest/index.ts';
import { programsOf } from './programs-of.ts';

const PORT = 28_080;

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
      const played = await podman.podman(['kube', 'play', '-'], { stdin: podYaml('served') });
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
      await podman.podman(['kube', 'play', '-'], { stdin: podYaml('left') });
      const directory = dirname(podman.socketPath);
      const [id = ''] = (await podman.podman(['pod', 'ps', '--quiet', '--no-trunc'])).stdout.split('\n');
      expect(programsOf(directory)).not.toEqual([]);
      expect(await cgroupsOf(id)).not.toEqual([]);
      await podman.stop();
      await expectNothingLeft(directory);
      // On the machine itself podman 4.3 forgets the groups that it made in hierarchies that it does not manage.
      if (isolated) expect(await cgroupsOf(id)).toEqual([]);
    });

    it('is nothing when its process was killed', async () => {
      const program = fileURLToPath(new URL('./start-and-die.ts', import.meta.url));
      const { stdout } = await runCommand([process.execPath, '--conditions=@k4e/source', program, part]);
      const directory = stdout.trim();
      expect(directory).toMatch(/^\/.*k4e-testbed-/);
      await waitUntil(() => !existsSync(directory), { what: 'the directory is gone', deadlineMs: 60_000 });
      await expectNothingLeft(directory);
    });
  });
});

await describeWithPart('isolated-podman', 'isolated podmans side by side', () => {
  it('may all publish the same host port', async () => {
    const { archive } = await buildWorkloadImage();
    const podmans = await Promise.all([1, 2].map(() => startPodman({ isolated: true, archives: [archive] })));
    try {
      for (const podman of podmans) {
        expect(await podman.podman(['kube', 'play', '-'], { stdin: podYaml('same') })).toMatchObject({ code: 0 });
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

async function expectNothingLeft(directory: string): Promise<void> {
  expect(programsOf(directory)).toEqual([]);
  expect(await mountsBelow(directory)).toEqual([]);
  expect(existsSync(directory)).toBe(false);
}

async function cgroupsOf(id: string): Promise<readonly string[]> {
  const groups = await runCommand(['find', '/sys/fs/cgroup', '-name', `*${id}*`]);
  return groups.stdout.split('\n').filter((path) => path !== '');
}

function pageAt(url: string): Promise<string> {
  const page = async (): Promise<string | undefined> =>
    fetch(url, { signal: AbortSignal.timeout(2000) }).then(
      (answer) => answer.text(),
      () => undefined,
    );
  return waitUntil(page, { what: `${url} answers`, deadlineMs: 20_000 });
}

function podYaml(name: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: { containers: [{ name: 'web', image: WORKLOAD_IMAGE, ports: [{ containerPort: 8080, hostPort: PORT }] }] },
  });
}
