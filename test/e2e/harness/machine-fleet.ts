import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCluster } from './cluster.ts';
import type { Cluster } from './cluster.ts';
import { startDeviceMachine } from './device-machine.ts';
import type { DeviceMachine, DeviceMachineOptions } from './device-machine.ts';
import { eventually } from './eventually.ts';
import { startOperatorProcess } from './operator-process.ts';
import type { OperatorProcess } from './operator-process.ts';

/** A cluster, an operator, and one device: a virtual machine with the Debian package, whose agent is not started yet. */
export interface MachineFleet {
  readonly cluster: Cluster;
  readonly machine: DeviceMachine;
  readonly deviceId: string;
  /** The one that runs, or ran last. */
  operator: OperatorProcess;
  /** Starts another operator at the same address; the one before must have ended. */
  startOperator(): Promise<void>;
  /** Where a host port of the device is reached. */
  origin(hostPort: number): string;
  /** `eventually`, with what a person would look at when it was in vain. */
  eventually<T>(what: string, expectation: () => Promise<T> | T, deadlineMs?: number): Promise<T>;
  stop(): Promise<void>;
}

/** An emulated processor is ten times slower, on a machine that is busy with other tests. */
const DEADLINE_MS = 120_000;

/** Starts all of it; resolves when the agent can be started with `systemctl`. */
export async function startMachineFleet(options: Omit<DeviceMachineOptions, 'controlPlaneUrl'>): Promise<MachineFleet> {
  const undo: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const directory = await mkdtemp(join(tmpdir(), 'k4e-e2e-'));
    undo.push(() => rm(directory, { recursive: true, force: true }));
    const cluster = await startCluster();
    undo.push(() => cluster.stop());
    const kubeconfig = cluster.operatorKubeconfig;
    const logFile = join(directory, 'operator.log');
    const operator = await startOperatorProcess({ kubeconfig, edgeAddress: '127.0.0.1:0', logFile });
    const { edgeAddress } = operator;
    const fleet = { operator };
    undo.push(() => fleet.operator.kill9());
    const machine = await startDeviceMachine({ ...options, controlPlaneUrl: operator.edgeUrl });
    undo.push(() => machine.stop());
    const explain = async (): Promise<string> => {
      const described = cluster.kubectl('describe', 'edgedevices,edgedeployments').catch(String);
      return [await machine.explain(), await described, fleet.operator.lastLines()].join('\n---\n');
    };
    return Object.assign(fleet, {
      cluster,
      machine,
      deviceId: options.deviceId,
      origin: (hostPort: number) => `http://127.0.0.1:${String(machine.hostPort(hostPort))}`,
      startOperator: async () => {
        fleet.operator = await startOperatorProcess({ kubeconfig, edgeAddress, logFile });
      },
      eventually: <T>(what: string, expectation: () => Promise<T> | T, deadlineMs = DEADLINE_MS) =>
        eventually(what, expectation, { deadlineMs, explain }),
      stop,
    });
  } catch (error) {
    await stop();
    throw error;
  }
}
