import { setTimeout as delay } from 'node:timers/promises';
import { isRecord } from '@k4e/core';
import { waitUntil } from '@k4e/testbed';
import { describeWithPart } from '@k4e/testbed/vitest';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEFAULT_NAMESPACE_PATH, startCluster } from '../support/cluster.ts';
import type { Cluster } from '../support/cluster.ts';
import { startClusterOperator } from '../support/cluster-operator.ts';
import type { ClusterOperator } from '../support/cluster-operator.ts';
import { createRawDevice } from '../support/raw-device.ts';
import type { RawDevice } from '../support/raw-device.ts';
import { createTeardown } from '../support/teardown.ts';
import { createSeededRandom } from '../support/seeded-random.ts';
import type { SeededRandom } from '../support/seeded-random.ts';

const SEED = 20_210_928;
const DEVICES = 5;
const INTERLEAVINGS = 1_000;
/** Share of the heartbeats that meet a change by the fleet operator, besides what controllers do because of the heartbeats before. */
const CHANGE_SHARE = 0.5;
/** How often a device says something and takes it back. */
const HASTY_ROUNDS = 25;
/** Most that a heartbeat comes later than the change that it meets. */
const MAX_SHIFT_MS = 25;
const DEADLINE_MS = 60_000;
/** Half a minute on a machine that does nothing else. */
const TEST_LIMIT_MS = 400_000;

/** For every device, always. */
const ANCHORS = ['anchor'] as const;
/** For the devices that have the label `runs-<name>`. */
const OPTIONAL = ['opt-1', 'opt-2'] as const;
/** For every device, while it exists. */
const FLEETING = 'fleeting';
const REPORTED = [...ANCHORS, ...OPTIONAL, FLEETING];
const PHASES = ['Running', 'Exited', 'Error'] as const;

interface Entry {
  readonly name: string;
  readonly phase: string;
  readonly assignedTime?: string;
  readonly withdrawnTime?: string;
}

interface Lane {
  readonly device: RawDevice;
  readonly random: SeededRandom;
  /** The optional deployments that the device has the label for. */
  readonly wanted: Set<string>;
  /** What its last heartbeat said. */
  reported: Readonly<Record<string, string>>;
}

function deployment(name: string, deviceSelector: object): object {
  const pod = { spec: { containers: [{ name: 'main', image: `localhost/${name}:1` }] } };
  return {
    apiVersion: 'management.k4e.io/v1alpha1',
    kind: 'EdgeDeployment',
    metadata: { name },
    spec: { type: 'pod', deviceSelector, pod },
  };
}

await describeWithPart('control-plane', 'heartbeats and controllers that write to the same devices', () => {
  const teardown = createTeardown();
  let cluster: Cluster;
  let operator: ClusterOperator;
  beforeAll(async () => {
    cluster = teardown.keep(await startCluster());
    operator = teardown.keep(await startClusterOperator(cluster));
  });
  afterAll(teardown.run);

  const entriesOf = async ({ device }: Lane): Promise<readonly Entry[]> => {
    const status = (await cluster.read('edgedevices', device.id))?.status;
    const entries = isRecord(status) && Array.isArray(status.deployments) ? status.deployments : [];
    return entries.filter((entry: unknown): entry is Entry => isRecord(entry) && typeof entry.phase === 'string');
  };
  const create = async (name: string, selector: object): Promise<void> => {
    const path = `${DEFAULT_NAMESPACE_PATH}/edgedeployments`;
    expect(await cluster.api('POST', path, deployment(name, selector))).toMatchObject({ status: 201 });
  };
  const phasesOf = (entries: readonly Entry[], names: readonly string[]): Record<string, string | undefined> =>
    Object.fromEntries(names.map((name) => [name, entries.find((entry) => entry.name === name)?.phase]));
  const anchorsSaid = ({ reported }: Lane): Record<string, string | undefined> =>
    Object.fromEntries(ANCHORS.map((name) => [name, reported[name]]));

  async function changeLabel({ device, random, wanted }: Lane): Promise<void> {
    const name = random.pick(OPTIONAL);
    if (!wanted.delete(name)) wanted.add(name);
    const labels = { [`runs-${name}`]: wanted.has(name) ? 'true' : null };
    const path = `${DEFAULT_NAMESPACE_PATH}/edgedevices/${device.id}`;
    expect(await cluster.api('PATCH', path, { metadata: { labels } })).toMatchObject({ status: 200 });
  }

  /** A heartbeat that tells of every deployment there is, whether it is for the device or not; half of them confirm the newest configuration. */
  async function beat(lane: Lane): Promise<void> {
    const { device, random } = lane;
    lane.reported = Object.fromEntries(REPORTED.map((name) => [name, random.pick(PHASES)]));
    const workloads = Object.entries(lane.reported).map(([name, status]) => ({ name, status }));
    const { message } = random.next() < 0.5 ? await device.poll('data') : { message: undefined };
    const version = isRecord(message) && isRecord(message.content) ? message.content.version : 'an older one';
    expect(await device.heartbeat({ status: 'up', version, workloads })).toMatchObject({ status: 200 });
  }

  /** One change by the fleet operator, and a heartbeat at about the same time. */
  async function interleave(lane: Lane): Promise<void> {
    const shiftMs = lane.random.below(MAX_SHIFT_MS);
    const heartbeat = delay(shiftMs).then(() => beat(lane));
    await Promise.all([lane.random.next() < CHANGE_SHARE ? changeLabel(lane) : undefined, heartbeat]);
    expect(phasesOf(await entriesOf(lane), ANCHORS), lane.device.id).toEqual(anchorsSaid(lane));
  }

  async function runLane(lane: Lane): Promise<void> {
    for (let round = 0; round < INTERLEAVINGS / DEVICES; round++) await interleave(lane);
  }

  /** A heartbeat that says nothing but that the newest configuration is applied. */
  async function confirm({ device }: Lane): Promise<void> {
    const { message } = await device.poll('data');
    const version = isRecord(message) && isRecord(message.content) ? message.content.version : undefined;
    expect(await device.heartbeat({ status: 'up', version, workloads: null })).toMatchObject({ status: 200 });
  }

  /** Makes a deployment for the whole fleet and takes it away, again and again until `signal`. Leaves it there, and resolves with how often. */
  async function comeAndGo(lanes: readonly Lane[], signal: AbortSignal): Promise<number> {
    const read = () => cluster.read('edgedeployments', FLEETING);
    for (let rounds = 0; ; rounds++) {
      await create(FLEETING, {});
      const seen = { what: 'it was seen', deadlineMs: DEADLINE_MS };
      await waitUntil(async () => (await read())?.status !== undefined, seen);
      if (signal.aborted) return rounds;
      await cluster.api('DELETE', `${DEFAULT_NAMESPACE_PATH}/edgedeployments/${FLEETING}`);
      const gone = { what: 'every device has let go of it', deadlineMs: DEADLINE_MS };
      await waitUntil(async () => {
        if (signal.aborted) await Promise.all(lanes.map(confirm));
        return (await read()) === undefined;
      }, gone);
    }
  }

  async function startLanes(): Promise<readonly Lane[]> {
    for (const name of ANCHORS) await create(name, {});
    for (const name of OPTIONAL)
      await create(name, { matchExpressions: [{ key: `runs-${name}`, operator: 'Exists' }] });
    const lanes = Array.from({ length: DEVICES }, (_, index): Lane => {
      const device = createRawDevice(operator.edgeUrl, `dev-${String(index)}`);
      return { device, random: createSeededRandom(SEED + index), wanted: new Set(), reported: {} };
    });
    for (const lane of lanes) {
      await lane.device.register();
      await waitUntil(async () => (await entriesOf(lane)).length === ANCHORS.length, {
        what: 'the anchors are assigned',
        deadlineMs: DEADLINE_MS,
      });
    }
    return lanes;
  }

  test('a report that is taken back at once is taken back, however far behind the caches are', async () => {
    await create('web', {});
    const device = createRawDevice(operator.edgeUrl, 'hasty');
    const lane: Lane = { device, random: createSeededRandom(SEED), wanted: new Set(), reported: {} };
    await device.register();
    await waitUntil(async () => (await entriesOf(lane)).length === 1, {
      what: 'it is assigned',
      deadlineMs: DEADLINE_MS,
    });
    const say = async (status: string): Promise<void> => {
      const workloads = [{ name: 'web', status }];
      expect(await device.heartbeat({ status: 'up', version: 'v', workloads })).toMatchObject({ status: 200 });
    };
    await say('Running');
    for (let round = 0; round < HASTY_ROUNDS; round++) {
      await waitUntil(async () => phasesOf(await entriesOf(lane), ['web']).web === 'Running', {
        what: 'it runs',
        deadlineMs: DEADLINE_MS,
      });
      await say('Exited');
      await say('Running');
      expect(phasesOf(await entriesOf(lane), ['web']), `round ${String(round)}`).toEqual({ web: 'Running' });
    }
    await cluster.run(['delete', 'ed', 'hasty', '--wait=false']);
    await cluster.run(['delete', 'edep', 'web', '--wait=false']);
  });

  test(
    'a thousand times at once: nothing is lost, nothing comes back, what was reported last stands',
    async ({ annotate }) => {
      const lanes = await startLanes();
      const firstRevision = await cluster.compact();
      const startedMs = performance.now();
      const running = Promise.all(lanes.map(runLane));
      const over = new AbortController();
      const end = (): void => {
        over.abort();
      };
      running.then(end, end);
      const [rounds] = await Promise.all([comeAndGo(lanes, over.signal), running]);
      const seconds = (performance.now() - startedMs) / 1_000;
      const writes = (await cluster.compact()) - firstRevision;
      await annotate(
        `${String(INTERLEAVINGS)} interleavings and ${String(rounds)} deployments that came and went: ` +
          `${String(writes)} writes in ${seconds.toFixed(1)} s`,
      );
      expect(rounds).toBeGreaterThan(0);
      expect(writes).toBeGreaterThan(INTERLEAVINGS);

      for (const lane of lanes) {
        const expected = [...ANCHORS, FLEETING, ...lane.wanted].sort();
        await waitUntil(
          async () => {
            const wanted = (await entriesOf(lane)).filter(({ withdrawnTime }) => withdrawnTime === undefined);
            return JSON.stringify(wanted.map(({ name }) => name).sort()) === JSON.stringify(expected);
          },
          { what: `${lane.device.id} has ${expected.join(', ')}`, deadlineMs: DEADLINE_MS },
        );
        expect(phasesOf(await entriesOf(lane), ANCHORS), lane.device.id).toEqual(anchorsSaid(lane));

        expect([...(await lane.device.live()).workloads].sort()).toEqual(expected);
        await waitUntil(async () => (await entriesOf(lane)).length === expected.length, {
          what: `${lane.device.id} has let go of the others`,
          deadlineMs: DEADLINE_MS,
        });
        await beat(lane);
        const entries = await entriesOf(lane);
        expect(entries.map(({ name }) => name).sort()).toEqual(expected);
        expect(phasesOf(entries, expected)).toEqual(
          Object.fromEntries(expected.map((name) => [name, lane.reported[name]])),
        );
        const labels = (await cluster.read('edgedevices', lane.device.id))?.metadata.labels ?? {};
        const carried = Object.keys(labels).filter((label) => label.startsWith('workload/'));
        expect(carried.sort()).toEqual(expected.map((name) => `workload/${name}`));
      }
      expect(operator.logger.lines.filter(({ level }) => level === 'error')).toEqual([]);
    },
    TEST_LIMIT_MS,
  );
});
