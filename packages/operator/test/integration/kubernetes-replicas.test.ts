import { setTimeout as delay } from 'node:timers/promises';
import { isRecord } from '@k4e/core';
import { DEFAULT_LEASE_TIMING } from '@k4e/core/reconcile';
import { waitUntil } from '@k4e/testbed';
import { describeWithPart } from '@k4e/testbed/vitest';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { OPERATOR_NAMESPACE, startCluster } from '../support/cluster.ts';
import type { Cluster } from '../support/cluster.ts';
import { startOperatorProcess } from '../support/operator-process.ts';
import type { OperatorProcess } from '../support/operator-process.ts';
import { createRawDevice } from '../support/raw-device.ts';
import type { RawDevice } from '../support/raw-device.ts';
import { createTeardown } from '../support/teardown.ts';

const DEADLINE_MS = 60_000;
/** What a busy machine may add: less than makes a lease that was handed over look like one that ran out. */
const ALLOWANCE_MS = 10_000;
const PERIOD_SECONDS = 5;
const BEAT_INTERVAL_MS = 500;

function deployment(name: string): object {
  const pod = { spec: { containers: [{ name: 'main', image: `localhost/${name}:1` }] } };
  return {
    apiVersion: 'management.k4e.io/v1alpha1',
    kind: 'EdgeDeployment',
    metadata: { name },
    spec: { deviceSelector: {}, pod },
  };
}

const leads = async (replica: OperatorProcess): Promise<boolean> =>
  (await replica.metrics()).includes('k4e_operator_is_leader 1');

await describeWithPart('control-plane', 'two replicas of the operator', () => {
  const teardown = createTeardown();
  let cluster: Cluster;
  let leader: OperatorProcess;
  let other: OperatorProcess;
  let third: OperatorProcess;
  /** Heard by `other` alone, all the time. */
  let device: RawDevice;
  let life: Promise<Observed>;
  const over = new AbortController();

  beforeAll(async () => {
    cluster = teardown.keep(await startCluster());
    teardown.keep({ stop: () => Promise.resolve(over.abort()) });
    leader = await startReplica('one');
    await untilLeads(leader);
    other = await startReplica('two');
  });
  afterAll(teardown.run);

  const startReplica = async (id: string): Promise<OperatorProcess> => {
    const words = ['--kubeconfig', cluster.adminKubeconfigPath, '--leader-elect', '--replica-id', id];
    return teardown.keep(await startOperatorProcess(words));
  };
  const untilLeads = (replica: OperatorProcess, deadlineMs = DEADLINE_MS): Promise<boolean> =>
    waitUntil(() => leads(replica), { what: 'the replica leads', deadlineMs });
  const holder = (): Promise<string> =>
    cluster.run(['get', 'lease', '-n', OPERATOR_NAMESPACE, '-o', 'jsonpath={.items[*].spec.holderIdentity}']);
  const untilCarried = (names: readonly string[]): Promise<boolean> =>
    waitUntil(
      async () => {
        const { labels = {} } = (await cluster.read('edgedevices', device.id))?.metadata ?? {};
        return names.every((name) => `workload/${name}` in labels);
      },
      { what: `the device has ${names.join(', ')}`, deadlineMs: DEADLINE_MS },
    );

  test('one leads, both serve devices', async () => {
    expect(await leads(other)).toBe(false);
    expect(await holder()).toMatch(/^one_/);
    await createRawDevice(leader.edgeUrl, 'near').register();
    expect((await createRawDevice(other.edgeUrl, 'near').poll('data')).status).toBe(200);

    device = createRawDevice(other.edgeUrl, 'far');
    await device.register();
    const spec = { heartbeat: { periodSeconds: PERIOD_SECONDS } };
    await cluster.run(['patch', 'ed', 'far', '--type=merge', '-p', JSON.stringify({ spec })]);
    life = observe(cluster, device, over.signal);
    life.catch(() => undefined);
    await cluster.apply(deployment('before'));
    await untilCarried(['before']);
  });

  test('a device that only the other hears stays up', async () => {
    await waitUntil(async () => (await phaseOf(cluster, device)) === 'up', {
      what: 'it is up',
      deadlineMs: DEADLINE_MS,
    });
    const untilMs = performance.now() + 2.1 * PERIOD_SECONDS * 1_000;
    while (performance.now() < untilMs) {
      expect(await phaseOf(cluster, device)).toBe('up');
      await delay(BEAT_INTERVAL_MS);
    }
  });

  test('the leader is killed: the other takes over within the lease time, and does what was left', async ({
    annotate,
  }) => {
    await leader.kill();
    const killedMs = performance.now();
    await cluster.apply(deployment('orphaned'));
    await untilLeads(other);
    const takenMs = performance.now() - killedMs;
    const { leaseDurationMs, retryPeriodMs } = DEFAULT_LEASE_TIMING;
    expect(takenMs).toBeLessThan(leaseDurationMs + retryPeriodMs + ALLOWANCE_MS);
    await untilCarried(['before', 'orphaned']);
    const servedMs = performance.now() - killedMs;
    await annotate(`leads ${takenMs.toFixed(0)} ms after the kill, reconciled after ${servedMs.toFixed(0)} ms`);
  });

  test('the leader is asked to end: it hands over at once', async ({ annotate }) => {
    third = await startReplica('three');
    expect(await leads(third)).toBe(false);
    over.abort();
    const observed = await life;
    const stoppedMs = performance.now();
    expect(await other.stop()).toBe(0);
    expect(performance.now() - stoppedMs).toBeLessThan(DEFAULT_LEASE_TIMING.leaseDurationMs);
    const endedMs = performance.now();
    await untilLeads(third, DEFAULT_LEASE_TIMING.retryPeriodMs + ALLOWANCE_MS);
    const handedMs = performance.now() - endedMs;
    await annotate(
      `ended in ${(endedMs - stoppedMs).toFixed(0)} ms, the next leads ${handedMs.toFixed(0)} ms after that`,
    );
    expect(await holder()).toMatch(/^three_/);

    expect(observed.statuses).toEqual([200]);
    expect(observed.phases.filter((phase) => phase !== 'registered')).toEqual(['up']);
    expect(observed.beats).toBeGreaterThan(20);
  });

  test('the new leader reconciles, and releases the lease when it ends', async () => {
    await cluster.apply(deployment('later'));
    await untilCarried(['before', 'orphaned', 'later']);
    expect(await third.stop()).toBe(0);
    expect(await holder()).toBe('');
  });
});

/** What was seen of a device while it lived: each value once, in the order of their coming. */
interface Observed {
  readonly statuses: readonly number[];
  readonly phases: readonly unknown[];
  readonly beats: number;
}

async function phaseOf(cluster: Cluster, { id }: RawDevice): Promise<unknown> {
  const status = (await cluster.read('edgedevices', id))?.status;
  return isRecord(status) ? status.phase : undefined;
}

/** Lets a device live until `signal`: polls and heartbeats, to its one replica. */
async function observe(cluster: Cluster, device: RawDevice, signal: AbortSignal): Promise<Observed> {
  const statuses = new Set<number>();
  const phases = new Set<unknown>();
  let beats = 0;
  while (!signal.aborted) {
    for (const channel of ['data', 'control'] as const) statuses.add((await device.poll(channel)).status);
    await device.live();
    beats += 1;
    phases.add(await phaseOf(cluster, device));
    await delay(BEAT_INTERVAL_MS);
  }
  return { statuses: [...statuses], phases: [...phases], beats };
}
