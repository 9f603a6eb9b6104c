import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildWorkloadImage, startPodman } from '@k4e/testbed';
import type { Podman } from '@k4e/testbed';
import { runDirectoryOf, startAgentProcess } from './agent-process.ts';
import { startCluster } from './cluster.ts';
import type { Cluster, ClusterOptions } from './cluster.ts';
import { eventually } from './eventually.ts';
import { startOperatorProcess } from './operator-process.ts';
import type { OperatorProcess } from './operator-process.ts';
import { podsOf } from './pods.ts';
import type { Pod } from './pods.ts';
import type { Program } from './program.ts';

/** How a fleet is started. */
export interface FleetOptions extends ClusterOptions {
  readonly deviceId: string;
  /** Whether the agent is two processes. Default: one. */
  readonly isSplit?: boolean;
  /** What every operator is told besides, known once the device is there; `directory` is of the test's own. */
  readonly operatorFlags?: (place: {
    readonly podman: Podman;
    readonly directory: string;
  }) => Promise<readonly string[]>;
}

/** A cluster, an operator, and one device: a podman in namespaces of its own with an agent beside it. */
export interface FleetOfOne {
  readonly cluster: Cluster;
  readonly podman: Podman;
  readonly deviceId: string;
  /** The agent's directory. */
  readonly directory: string;
  /** The one that runs, or ran last. */
  operator: OperatorProcess;
  agent: Program;
  /** Starts another operator at the same address; the one before must have ended. */
  startOperator(options?: { readonly gracePeriodSeconds?: number }): Promise<void>;
  /** Starts the agent again on the same state; the one before must have ended. */
  startAgent(): Promise<void>;
  pods(): Promise<ReadonlyMap<string, Pod>>;
  /** Where a host port of the device is reached. */
  origin(hostPort: number): string;
  /** `eventually`, with what a person would look at when it was in vain. */
  eventually<T>(what: string, expectation: () => Promise<T> | T, deadlineMs?: number): Promise<T>;
  stop(): Promise<void>;
}

/** Starts all of it; resolves when the device has registered. */
export async function startFleetOfOne({
  deviceId,
  isSplit = false,
  operatorFlags,
  ...wanted
}: FleetOptions): Promise<FleetOfOne> {
  const undo: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const directory = await mkdtemp(join(tmpdir(), 'k4e-e2e-'));
    undo.push(() => rm(directory, { recursive: true, force: true }));
    undo.push(() => rm(runDirectoryOf(join(directory, 'agent')), { recursive: true, force: true }));
    const { archive } = await buildWorkloadImage();
    const podman = await startPodman({ isolated: true, archives: [archive] });
    undo.push(() => podman.stop());
    const cluster = await startCluster(wanted);
    undo.push(() => cluster.stop());
    const flags = (await operatorFlags?.({ podman, directory })) ?? [];
    const operatorAt = (
      edgeAddress: string,
      options: { readonly gracePeriodSeconds?: number } = {},
    ): Promise<OperatorProcess> =>
      startOperatorProcess({
        kubeconfig: cluster.operatorKubeconfig,
        edgeAddress,
        logFile: join(directory, 'operator.log'),
        flags,
        ...options,
      });
    const operator = await operatorAt(`${podman.hostAddress}:0`);
    const startAgent = (): Promise<Program> =>
      startAgentProcess({
        deviceId,
        controlPlaneUrl: operator.edgeUrl,
        podmanSocket: podman.socketPath,
        enter: podman.enter,
        isSplit,
        directory: join(directory, 'agent'),
      });
    const fleet: FleetOfOne = {
      cluster,
      podman,
      deviceId,
      directory: join(directory, 'agent'),
      operator,
      agent: await startAgent(),
      startOperator: async (options) => {
        fleet.operator = await operatorAt(operator.edgeAddress, options);
      },
      startAgent: async () => {
        fleet.agent = await startAgent();
      },
      pods: () => podsOf((args) => podman.podman(args)),
      origin: (hostPort) => `http://${podman.address}:${String(hostPort)}`,
      eventually: (what, expectation, deadlineMs) =>
        eventually(what, expectation, {
          explain: () => explain(fleet),
          ...(deadlineMs === undefined ? {} : { deadlineMs }),
        }),
      stop,
    };
    undo.push(async () => {
      await fleet.agent.kill9();
      await fleet.operator.kill9();
    });
    await fleet.eventually(`the EdgeDevice ${deviceId} is there`, async () => {
      if ((await cluster.device(deviceId)) === undefined) throw new Error('it is not');
    });
    return fleet;
  } catch (error) {
    await stop();
    throw error;
  }
}

async function explain(fleet: FleetOfOne): Promise<string> {
  const { cluster, podman, agent, operator } = fleet;
  const said = (text: Promise<string>): Promise<string> => text.catch((error: unknown) => String(error));
  const sections = {
    'kubectl describe': said(cluster.kubectl('describe', 'edgedevices,edgedeployments')),
    'podman ps --all --pod': podman.podman(['ps', '--all', '--pod']).then(({ stdout }) => stdout),
    agent: Promise.resolve(agent.lastLines()),
    operator: Promise.resolve(operator.lastLines()),
  };
  const texts = await Promise.all(Object.entries(sections).map(async ([title, text]) => `--- ${title}\n${await text}`));
  return texts.join('\n');
}
