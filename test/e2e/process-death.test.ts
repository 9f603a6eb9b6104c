/** Agent and operator die at any moment, are stopped, or start alone: the device becomes what it should be, each time. */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithPart } from '@k4e/testbed/vitest';
import { runs, seededRandom, serves, startFleetOfOne, webDeployment } from './harness/index.ts';
import type { FleetOfOne } from './harness/index.ts';

const DEVICE = 'edge-1';
const PORT = 18_080;
const SEED = 20_261_123;
const AGENT_ROUNDS = 6;
/** A change is fetched within a second, and its pod replaced in about two. */
const AGENT_DIES_WITHIN_MS = 3_500;
const OPERATOR_ROUNDS = 3;
const OPERATOR_DIES_WITHIN_MS = 1_500;

await describeWithPart(['control-plane', 'isolated-podman'], 'processes that die', () => {
  let fleet: FleetOfOne;
  beforeAll(async () => {
    fleet = await startFleetOfOne({ deviceId: DEVICE });
  });
  afterAll(() => fleet.stop());

  const deploy = (page: string): Promise<void> =>
    fleet.cluster.apply(webDeployment({ name: 'web', device: DEVICE, hostPort: PORT, page }));
  const converges = async (page: string): Promise<void> => {
    await serves(fleet, PORT, page);
    await runs(fleet, 'web');
    const pods = await fleet.pods();
    expect([...pods.keys()]).toEqual(['web']);
    expect(pods.get('web')).toMatchObject({ status: 'Running', containers: { length: 2 } });
  };

  test(`an agent that is killed ${String(AGENT_ROUNDS)} times during a deployment goes on where it was`, async () => {
    const random = seededRandom(SEED);
    for (let round = 1; round <= AGENT_ROUNDS; round += 1) {
      const page = `agent ${String(round)}`;
      await deploy(page);
      await delay(random() * AGENT_DIES_WITHIN_MS);
      await fleet.agent.kill9();
      await fleet.startAgent();
      await converges(page);
    }
  });

  test(`an operator that is killed ${String(OPERATOR_ROUNDS)} times during a deployment goes on where it was`, async () => {
    const random = seededRandom(SEED);
    for (let round = 1; round <= OPERATOR_ROUNDS; round += 1) {
      const page = `operator ${String(round)}`;
      await deploy(page);
      await delay(random() * OPERATOR_DIES_WITHIN_MS);
      await fleet.operator.kill9();
      await fleet.startOperator();
      await converges(page);
    }
  });

  test('an agent that is told to stop leaves its workloads running', async () => {
    const before = await fleet.pods();
    expect(await fleet.agent.terminate()).toBe(0);
    await serves(fleet, PORT, `operator ${String(OPERATOR_ROUNDS)}`);
    expect(await fleet.pods()).toEqual(before);
    await fleet.startAgent();
    await fleet.eventually('the agent is back', () => expect(fleet.agent.lastLines()).toContain('is in force'));
    expect(await fleet.pods()).toEqual(before);
  });

  test('after a reboot without a control plane the workloads come up from what was saved', async () => {
    await deploy('saved');
    await converges('saved');
    await fleet.operator.kill9();
    await fleet.agent.kill9();
    const { podman } = fleet;
    expect(await podman.podman(['pod', 'stop', '--all', '--time=0'])).toMatchObject({ code: 0 });
    expect(await podman.netns.exec(['nft', 'delete', 'table', 'inet', 'k4e'])).toMatchObject({ code: 0 });
    await fleet.startAgent();
    await serves(fleet, PORT, 'saved');
    await fleet.startOperator();
    await deploy('together again');
    await converges('together again');
  });
});
