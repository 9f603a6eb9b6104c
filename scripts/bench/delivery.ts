/**
 * From the write of an EdgeDeployment to the agent having the configuration, with many agents connected that wait for one:
 * changes of one device each, and one of all of them. Operator on the embedded store, its memory for each connection (an agent
 * has two), the agents in another process.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EDGE_DEPLOYMENT, EDGE_DEVICE } from '@k4e/core/resources';
import type { EdgeDeploymentSpec } from '@k4e/core/resources';
import type { ResourceStore } from '@k4e/core/ports';
import { createSystemClock } from '@k4e/core/system';
import { createPinoLogger } from '@k4e/logging-pino';
import { createSqliteStore } from '@k4e/store-sqlite';
import { NAMESPACE, startLocalOperator } from '../local-fleet/local-fleet.ts';
import { startBenchFleet } from './delivery/bench-fleet.ts';
import type { BenchFleet } from './delivery/bench-fleet.ts';
import { agentName, preciseNowMs } from './delivery/fleet-message.ts';
import { describeMachine, memoryOf, percentile } from './figures.ts';
import { raiseFileLimit } from './file-limit.ts';

const SIZES = [100, 1_000, 10_000];
const CHANGED_DEVICES = 20;
const CHANGES = 200;
const CONNECTIONS_EACH = 2;
/** Files of the process besides connections. */
const OTHER_FILES = 500;
const SETTLE_MS = 3_000;
const OWNER = 'bench';

const note = (line: string): void => void process.stderr.write(`${line}\n`);

/** Deploys, or changes, a workload that carries a mark; resolves to when the write began. */
async function deploy(
  store: ResourceStore,
  name: string,
  mark: string,
  target: Pick<EdgeDeploymentSpec, 'device' | 'deviceSelector'>,
): Promise<number> {
  const containers = [{ name: 'main', image: 'localhost/bench:1', env: [{ name: 'MARK', value: mark }] }];
  const spec = { type: 'pod' as const, ...target, pod: { spec: { containers } } };
  const beganMs = preciseNowMs();
  await store.apply(EDGE_DEPLOYMENT, { metadata: { name, namespace: NAMESPACE }, spec }, { owner: OWNER });
  return beganMs;
}

/** Times of changes that reach one device each, in milliseconds. */
async function timeChanges(store: ResourceStore, fleet: BenchFleet, agents: number): Promise<readonly number[]> {
  const targets = Array.from({ length: CHANGED_DEVICES }, (_none, index) => {
    const device = agentName(Math.floor((index * agents) / CHANGED_DEVICES));
    return { name: `one-${String(index)}`, target: { device } };
  });
  for (const { name, target } of targets) {
    await deploy(store, name, `mark-first-${name}`, target);
    await fleet.received(`mark-first-${name}`, 1);
  }
  await delay(SETTLE_MS);
  const times: number[] = [];
  for (let change = 0; change < CHANGES; change++) {
    const { name, target } = targets[change % targets.length] ?? { name: '', target: {} };
    const mark = `mark-${String(change)}`;
    const beganMs = await deploy(store, name, mark, target);
    times.push((await fleet.received(mark, 1)) - beganMs);
  }
  return times;
}

async function measure(agents: number) {
  const directory = await mkdtemp(join(tmpdir(), 'k4e-bench-'));
  const parts = { clock: createSystemClock(), logger: createPinoLogger({ level: 'error' }) };
  const store = createSqliteStore({ file: join(directory, 'operator.db'), ...parts });
  const stop = new AbortController();
  const { edgeUrl, operating } = await startLocalOperator(directory, store, parts, stop.signal);
  note(`${String(agents)} agents register ...`);
  const fleet = await startBenchFleet(edgeUrl, agents);
  try {
    await delay(SETTLE_MS);
    const before = await memoryOf(process.pid);
    await fleet.connect();
    await delay(SETTLE_MS);
    const after = await memoryOf(process.pid);
    const times = await timeChanges(store, fleet, agents);
    const allBeganMs = await deploy(store, 'all', 'mark-all', { deviceSelector: {} });
    const allMs = (await fleet.received('mark-all', agents)) - allBeganMs;
    const devices = (await store.list(EDGE_DEVICE, {})).items.length;
    if (devices !== agents) throw new Error(`${String(devices)} devices are there, not ${String(agents)}`);
    return {
      bench: 'delivery',
      agents,
      p50Ms: Number(percentile(times, 0.5).toFixed(1)),
      p99Ms: Number(percentile(times, 0.99).toFixed(1)),
      bytesPerConnection: Math.round(((after.rssMiB - before.rssMiB) * 2 ** 20) / (agents * CONNECTIONS_EACH)),
      allAgentsMs: Math.round(allMs),
      machine: describeMachine(),
    };
  } finally {
    await fleet.stop();
    stop.abort();
    await operating;
    await rm(directory, { recursive: true, force: true });
  }
}

const isJson = process.argv.includes('--json');
if (!isJson) process.stdout.write(`${describeMachine()}\n`);
const mostFiles = await raiseFileLimit(Math.max(...SIZES) * CONNECTIONS_EACH + OTHER_FILES);
const mostAgents = Math.floor((mostFiles - OTHER_FILES) / CONNECTIONS_EACH);
for (const size of SIZES) {
  const agents = Math.min(size, mostAgents);
  if (agents < size)
    note(`${String(agents)} agents instead of ${String(size)}: a process may have ${String(mostFiles)} files open`);
  const figures = await measure(agents);
  const { p50Ms, p99Ms, bytesPerConnection, allAgentsMs } = figures;
  process.stdout.write(
    isJson
      ? `${JSON.stringify(figures)}\n`
      : `${String(agents)} agents: a change reaches one in ${String(p50Ms)} ms (median), ${String(p99Ms)} ms (99 of 100), all in ${String(allAgentsMs)} ms; ${String(bytesPerConnection)} bytes for each connection\n`,
  );
}
