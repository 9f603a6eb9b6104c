/** A whole device, in a virtual machine: its power is cut, and what ran before runs again, with nobody there to tell it so. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { buildWorkloadImage, startVirtualMachine } from '@k4e/testbed';
import type { VirtualMachine } from '@k4e/testbed';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithPart } from '@k4e/testbed/vitest';
import { OWN_ARCHITECTURE, buildPackage } from '../integration/debian-package/build-package.ts';
import { eventually, fetchPage, podsOf, startCluster, startOperatorProcess, webDeployment } from './harness/index.ts';
import type { Cluster, OperatorProcess } from './harness/index.ts';

const DEVICE = 'edge-1';
const PORT = 18_080;
/** An emulated processor is ten times slower, on a machine that is busy with other tests. */
const DEADLINE_MS = 60_000;

await describeWithPart(['control-plane', 'virtual-machine'], 'a device whose power is cut', () => {
  let directory: string;
  let cluster: Cluster;
  let operator: OperatorProcess;
  let machine: VirtualMachine;
  const startOperator = async (edgeAddress: string): Promise<void> => {
    const logFile = join(directory, 'operator.log');
    operator = await startOperatorProcess({ kubeconfig: cluster.operatorKubeconfig, edgeAddress, logFile });
  };
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'k4e-e2e-'));
    const { file } = await buildPackage(OWN_ARCHITECTURE, '1.0.0', directory);
    const { archive } = await buildWorkloadImage();
    cluster = await startCluster();
    await startOperator('127.0.0.1:0');
    machine = await startVirtualMachine({ ports: [PORT], files: [file, archive] });
    await run('podman', 'load', '--quiet', `--input=/k4e-shared/${basename(archive)}`);
    await run('dpkg', '--install', `/k4e-shared/${basename(file)}`);
    await run('sed', '--in-place', settings(), '/etc/k4e/agent.yaml');
    await run('sync');
  });
  afterAll(async () => {
    await machine.stop();
    await operator.kill9();
    await cluster.stop();
    await rm(directory, { recursive: true, force: true });
  });

  test('registers, and serves what is applied', async () => {
    await run('systemctl', 'start', 'k4e-agent');
    await waitFor('it has registered', async () => expect(await cluster.device(DEVICE)).toBeDefined());
    await cluster.apply(webDeployment({ name: 'web', device: DEVICE, hostPort: PORT, page: 'one' }));
    await waitFor('its page is served', () => serves('one'));
    await waitFor('it is shown as running', isShownAsRunning);
  });

  test('serves again after its power was cut, without the control plane', async () => {
    // Podman does not wait for the disk: of what it wrote in the last half minute, a cut leaves files that are empty.
    await run('sync');
    await machine.cutPower();
    await operator.terminate();
    await expect(serves('one')).rejects.toThrow();
    await machine.boot();
    await waitFor('its page is served again', () => serves('one'));
    await waitFor('its pod is there once', hasThePodOnce);
  });

  test('is told what to do once the control plane is back, and says so', async () => {
    await startOperator(operator.edgeAddress);
    await cluster.apply(webDeployment({ name: 'web', device: DEVICE, hostPort: PORT, page: 'two' }));
    await waitFor('its new page is served', () => serves('two'));
    await waitFor('it is shown as running', isShownAsRunning);
    await waitFor('its pod is there once', hasThePodOnce);
  });

  /** Runs a program on the device; throws with all that it said when its status is not 0. */
  async function run(...args: readonly string[]): Promise<void> {
    const { code, stdout, stderr } = await machine.exec(args);
    if (code !== 0) throw new Error(`${args.join(' ')} ended with ${String(code)}: ${stdout}${stderr}`);
  }

  /** What makes the settings that the package brought those of this device. */
  function settings(): string {
    const url = `http://${machine.hostAddress}:${new URL(operator.edgeUrl).port}`;
    return `s|^# controlPlane:|controlPlane: { url: "${url}" }|; s|^# deviceId:|deviceId:|`;
  }

  async function serves(page: string): Promise<void> {
    const origin = `http://127.0.0.1:${String(machine.hostPort(PORT))}`;
    expect(await fetchPage(origin)).toEqual({ page, deviceId: DEVICE });
  }

  async function hasThePodOnce(): Promise<void> {
    const pods = await podsOf((args) => machine.exec(['podman', ...args]));
    expect([...pods].map(([name, { status }]) => [name, status])).toEqual([['web', 'Running']]);
  }

  async function isShownAsRunning(): Promise<void> {
    const { status } = (await cluster.device(DEVICE)) ?? {};
    expect(status?.deployments).toContainEqual(expect.objectContaining({ name: 'web', phase: 'Running' }));
    expect(status?.lastSyncedResourceVersion).toBe(status?.configurationVersion);
    const deployment = await cluster.deployment('web');
    expect(deployment?.status?.observedGeneration).toBe(deployment?.metadata.generation);
    expect(deployment?.status?.conditions).toContainEqual(expect.objectContaining({ type: 'Ready', status: 'True' }));
  }

  function waitFor(what: string, expectation: () => Promise<void>): Promise<void> {
    return eventually(what, expectation, { deadlineMs: DEADLINE_MS, explain });
  }

  async function explain(): Promise<string> {
    const commands = [
      ['journalctl', '--unit=k4e-agent', '--no-pager', '--lines=60'],
      ['podman', 'ps', '--all', '--pod'],
      ['systemctl', 'list-units', '--failed', '--no-pager'],
      ['journalctl', '--boot', '--priority=warning', '--no-pager', '--lines=40'],
    ];
    const said = commands.map((args) => machine.exec(args).then(({ stdout, stderr }) => stdout + stderr, String));
    return [await machine.console(), ...(await Promise.all(said)), operator.lastLines()].join('\n---\n');
  }
});
