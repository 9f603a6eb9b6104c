/** Three devices side by side, each a container with a podman, a network and an agent of its own, chosen by their labels. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDevice } from '@k4e/testbed';
import type { Device } from '@k4e/testbed';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithPart } from '@k4e/testbed/vitest';
import {
  eventually,
  fetchPage,
  isClosed,
  podsOf,
  startAgentProcess,
  startCluster,
  startOperatorProcess,
  webDeployment,
} from './harness/index.ts';
import type { Cluster, Program } from './harness/index.ts';

const SITES = ['a', 'b', 'c'] as const;
/** Where each deployment is served. */
const PORTS = { among: 18_080, except: 18_081 };
type Placement = Readonly<Record<(typeof SITES)[number], readonly (keyof typeof PORTS)[]>>;

await describeWithPart(['control-plane', 'device'], 'three devices', () => {
  let directory: string;
  let cluster: Cluster;
  const devices = new Map<string, Device>();
  const programs: Program[] = [];
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'k4e-e2e-'));
    cluster = await startCluster();
    for (const site of SITES) devices.set(site, await startDevice({ name: `device-${site}` }));
    const { hostAddress = '' } = devices.get('a') ?? {};
    const operator = await startOperatorProcess({
      kubeconfig: cluster.operatorKubeconfig,
      edgeAddress: `${hostAddress}:0`,
      logFile: join(directory, 'operator.log'),
    });
    programs.push(operator);
    for (const { name, socketPath, enterNetwork } of devices.values()) {
      const agent = await startAgentProcess({
        deviceId: name,
        controlPlaneUrl: operator.edgeUrl,
        podmanSocket: socketPath,
        enter: enterNetwork,
        directory: join(directory, name),
      });
      programs.push(agent);
    }
  });
  afterAll(async () => {
    for (const program of programs) await program.kill9();
    for (const device of devices.values()) await device.stop();
    await cluster.stop();
    await rm(directory, { recursive: true, force: true });
  });

  const explain = async (): Promise<string> => {
    const described = await cluster.kubectl('describe', 'edgedevices,edgedeployments');
    return [described, ...programs.map((program) => program.lastLines())].join('\n---\n');
  };
  const label = (site: string, value: string): Promise<unknown> =>
    cluster.kubectl('label', 'edgedevice', `device-${site}`, `site=${value}`, '--overwrite');
  const carries = async (site: string, names: readonly string[]): Promise<void> => {
    const device = devices.get(site);
    if (device === undefined) throw new Error(`there is no device ${site}`);
    const pods = await podsOf((args) => device.exec(['podman', ...args]));
    expect([...pods.keys()].sort(), device.name).toEqual(names);
    for (const [name, port] of Object.entries(PORTS)) {
      const origin = `http://${device.address}:${String(device.hostPort(port))}`;
      if (pods.has(name)) expect(await fetchPage(origin)).toEqual({ page: `page ${name}`, deviceId: device.name });
      else expect(await isClosed(origin)).toBe(true);
    }
  };
  const isPlaced = async (placement: Placement): Promise<void> => {
    const what = `pods are placed as ${JSON.stringify(placement)}`;
    await eventually(what, () => Promise.all(SITES.map((site) => carries(site, placement[site]))), { explain });
  };

  test('carry what their labels select, and what they carry follows their labels', async () => {
    const select = (operator: string, values: readonly string[]) => ({
      matchExpressions: [{ key: 'site', operator, values }],
    });
    const deploy = (name: keyof typeof PORTS, deviceSelector: Readonly<Record<string, unknown>>): Promise<void> =>
      cluster.apply(webDeployment({ name, deviceSelector, hostPort: PORTS[name], page: `page ${name}` }));
    await eventually('all have registered', async () => {
      for (const site of SITES) expect(await cluster.device(`device-${site}`)).toBeDefined();
    });
    for (const site of SITES) await label(site, site);
    await deploy('among', select('In', ['a', 'b']));
    await deploy('except', select('NotIn', ['a', 'c']));
    await isPlaced({ a: ['among'], b: ['among', 'except'], c: [] });

    await label('a', 'c');
    await label('c', 'b');
    await isPlaced({ a: [], b: ['among', 'except'], c: ['among', 'except'] });
    await eventually('the deployment counts its devices', async () => {
      expect((await cluster.deployment('among'))?.status).toMatchObject({ matchedDevices: 2, runningDevices: 2 });
    });
    await cluster.kubectl('delete', 'edgedeployments', '--all', '--timeout=60s');
    await isPlaced({ a: [], b: [], c: [] });
  });
});
