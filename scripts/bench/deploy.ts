/**
 * From a change of the spec to a running pod, against plain podman on the same machine: fresh pods of one container, the
 * two in turn. k4e's time counts from the write of an EdgeDeployment to podman saying Running; the agent runs as the
 * program that devices run. Then the agent's memory with five workloads.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { stringify } from 'yaml';
import { EDGE_DEPLOYMENT, EDGE_DEVICE } from '@k4e/core/resources';
import type { ResourceStore } from '@k4e/core/ports';
import { createSystemClock } from '@k4e/core/system';
import { createPinoLogger } from '@k4e/logging-pino';
import { createSqliteStore } from '@k4e/store-sqlite';
import type { Podman } from '@k4e/testbed';
import { NAMESPACE, startLocalOperator, startLocalPodman } from '../local-fleet/local-fleet.ts';
import { describeMachine, median, memoryOf } from './figures.ts';
import { unitEnvironment } from './unit-environment.ts';

const RUNS = 10;
const MEMORY_WORKLOADS = 5;
const LIMIT_MS = 60_000;
const LOOK_AGAIN_MS = 10;
const SETTLE_MS = 5_000;
const DEVICE = 'bench-device';
const IMAGE = 'localhost/k4e-bench:1';
const OWNER = 'bench';
const podSpec = {
  containers: [{ name: 'web', image: IMAGE, command: ['/bin/web'] }],
  terminationGracePeriodSeconds: 1,
};

const note = (line: string): void => void process.stderr.write(`${line}\n`);

async function waitUntil(what: string, look: () => Promise<boolean>): Promise<void> {
  const beganMs = performance.now();
  while (!(await look())) {
    if (performance.now() - beganMs > LIMIT_MS) throw new Error(`${what}: not within ${String(LIMIT_MS / 1_000)} s`);
    await delay(LOOK_AGAIN_MS);
  }
}

async function isRunning(podman: Podman, name: string): Promise<boolean> {
  const { stdout } = await podman.podman(['pod', 'inspect', name, '--format', '{{.State}}']);
  return stdout.trim() === 'Running';
}

async function timePodman(podman: Podman, name: string, directory: string): Promise<number> {
  const file = join(directory, `${name}.yaml`);
  await writeFile(file, stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: podSpec }));
  const beganMs = performance.now();
  const { code, stderr } = await podman.podman(['play', 'kube', file]);
  if (code !== 0) throw new Error(stderr);
  await waitUntil(`podman runs ${name}`, () => isRunning(podman, name));
  const ms = performance.now() - beganMs;
  await podman.podman(['pod', 'rm', '-f', '-t', '0', name]);
  return ms;
}

async function deploy(store: ResourceStore, name: string): Promise<void> {
  const spec = { type: 'pod' as const, device: DEVICE, pod: { spec: podSpec } };
  await store.apply(EDGE_DEPLOYMENT, { metadata: { name, namespace: NAMESPACE }, spec }, { owner: OWNER });
}

async function timeK4e(store: ResourceStore, podman: Podman, name: string): Promise<number> {
  const beganMs = performance.now();
  await deploy(store, name);
  await waitUntil(`k4e runs ${name}`, () => isRunning(podman, name));
  const ms = performance.now() - beganMs;
  await store.delete(EDGE_DEPLOYMENT, { name, namespace: NAMESPACE });
  await waitUntil(
    `${name} is removed`,
    async () => (await store.get(EDGE_DEPLOYMENT, { name, namespace: NAMESPACE })) === undefined,
  );
  return ms;
}

async function startAgent(directory: string, edgeUrl: string, podman: Podman) {
  const file = join(directory, 'agent.yaml');
  const config = {
    deviceId: DEVICE,
    controlPlane: { url: edgeUrl },
    stateDir: join(directory, 'agent'),
    statusFile: join(directory, 'status.json'),
    podman: { socket: podman.socketPath },
    firewall: { kind: 'none' },
    log: { level: 'warn' },
  };
  await writeFile(file, stringify(config));
  const program = join(import.meta.dirname, '..', '..', 'packages', 'agent', 'dist', 'bin', 'k4e-agent.js');
  const env = { ...process.env, ...(await unitEnvironment()) };
  return spawn(process.execPath, [program, '--config', file], { env, stdio: ['ignore', 'ignore', 'inherit'] });
}

async function measure(store: ResourceStore, podman: Podman, directory: string) {
  const podmanMs: number[] = [];
  const k4eMs: number[] = [];
  for (let run = 0; run <= RUNS; run++) {
    const [plain, ours] = [
      await timePodman(podman, `plain-${String(run)}`, directory),
      await timeK4e(store, podman, `ours-${String(run)}`),
    ];
    note(`${run === 0 ? 'warm-up' : `run ${String(run)}`}: podman ${plain.toFixed(0)} ms, k4e ${ours.toFixed(0)} ms`);
    if (run > 0) {
      podmanMs.push(plain);
      k4eMs.push(ours);
    }
  }
  return { podmanMedianMs: Math.round(median(podmanMs)), k4eMedianMs: Math.round(median(k4eMs)) };
}

async function measureMemory(store: ResourceStore, podman: Podman, pid: number) {
  const names = Array.from({ length: MEMORY_WORKLOADS }, (_none, index) => `five-${String(index)}`);
  for (const name of names) await deploy(store, name);
  for (const name of names) await waitUntil(`k4e runs ${name}`, () => isRunning(podman, name));
  await delay(SETTLE_MS);
  const { rssMiB, anonMiB } = await memoryOf(pid);
  return { agentRssMiB: Math.round(rssMiB), agentAnonMiB: Math.round(anonMiB) };
}

function print(figures: Awaited<ReturnType<typeof measure>> & Awaited<ReturnType<typeof measureMemory>>): void {
  const overheadMs = figures.k4eMedianMs - figures.podmanMedianMs;
  const { podmanMedianMs, k4eMedianMs, agentRssMiB, agentAnonMiB } = figures;
  const line = {
    bench: 'deploy',
    runs: RUNS,
    podmanMedianMs,
    k4eMedianMs,
    overheadMs,
    agentRssMiB,
    agentAnonMiB,
    machine: describeMachine(),
  };
  if (process.argv.includes('--json')) {
    process.stdout.write(`${JSON.stringify(line)}\n`);
    return;
  }
  process.stdout.write(`${describeMachine()}\n`);
  process.stdout.write(
    `spec change to running, medians of ${String(RUNS)}: podman ${String(podmanMedianMs)} ms, k4e ${String(k4eMedianMs)} ms, overhead ${String(overheadMs)} ms\n`,
  );
  process.stdout.write(
    `agent with ${String(MEMORY_WORKLOADS)} workloads: ${String(agentRssMiB)} MiB resident, ${String(agentAnonMiB)} MiB of it anonymous\n`,
  );
}

const directory = await mkdtemp(join(tmpdir(), 'k4e-bench-'));
const clock = createSystemClock();
const logger = createPinoLogger({ level: 'error', format: 'text' });
const podman = await startLocalPodman({ note, image: IMAGE });
const store = createSqliteStore({ file: join(directory, 'operator.db'), clock, logger });
const stopper = new AbortController();
const { edgeUrl, operating } = await startLocalOperator(directory, store, { clock, logger }, stopper.signal);
const agent = await startAgent(directory, edgeUrl, podman);
try {
  const ref = { namespace: NAMESPACE, name: DEVICE };
  await waitUntil('the agent registers', async () => (await store.get(EDGE_DEVICE, ref)) !== undefined);
  print({ ...(await measure(store, podman, directory)), ...(await measureMemory(store, podman, agent.pid ?? 0)) });
} finally {
  agent.kill('SIGTERM');
  stopper.abort();
  await operating.catch(() => undefined);
  await podman.stop();
  await rm(directory, { recursive: true, force: true });
}
