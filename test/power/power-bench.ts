import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HOST_ADDRESS, buildWorkloadImage, startImageRegistry, startMinio, startVirtualMachine } from '@k4e/testbed';
import type { Minio, VirtualMachine } from '@k4e/testbed';
import { directStorage, startCluster, startOperatorProcess } from '../e2e/harness/index.ts';
import type { Cluster, OperatorProcess } from '../e2e/harness/index.ts';
import { makeBaseDisk } from './base-disk.ts';

/** Ports of a device at which its workloads serve. */
export const WORKLOAD_PORTS = { web: 18_080, extra: 18_081 } as const;

/** A fleet whose devices come from the same factory, one after the other. */
export interface PowerBench {
  readonly cluster: Cluster;
  readonly minio: Minio;
  /** What devices pull, as podman calls it. */
  readonly image: string;
  /** Makes a device that nobody has switched on yet. */
  newMachine(): Promise<VirtualMachine>;
  killOperator(): Promise<void>;
  /** Starts an operator where the one before listened, unless that one runs. */
  startOperator(): Promise<void>;
  /** The last lines of the operator's log. */
  operatorLog(): string;
  stop(): Promise<void>;
}

/** Starts all of it. `note` hears what takes time. */
export async function startPowerBench(note: (line: string) => void): Promise<PowerBench> {
  const undo: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const directory = await mkdtemp(join(tmpdir(), 'k4e-power-'));
    undo.push(() => rm(directory, { recursive: true, force: true }));
    note('starting a control plane, MinIO and a registry ...');
    const cluster = await startCluster({ storage: ['secrets'] });
    undo.push(() => cluster.stop());
    const minio = await startMinio();
    undo.push(() => minio.stop());
    const registry = await startImageRegistry((await buildWorkloadImage()).archive);
    undo.push(() => registry.stop());
    const flags = await directStorage({ minio, publicEndpoint: endpointInMachine(minio), directory });
    const start = (edgeAddress: string): Promise<OperatorProcess> =>
      startOperatorProcess({
        kubeconfig: cluster.operatorKubeconfig,
        edgeAddress,
        logFile: join(directory, 'operator.log'),
        flags,
      });
    let operator = await start('127.0.0.1:0');
    undo.push(() => operator.kill9());
    note('building the package, and a disk with it ...');
    const disk = join(directory, 'base.qcow2');
    const registryInMachine = `${HOST_ADDRESS}:${String(registry.port)}`;
    const controlPlaneUrl = `http://${HOST_ADDRESS}:${new URL(operator.edgeUrl).port}`;
    await makeBaseDisk(disk, { controlPlaneUrl, registry: registryInMachine });
    return {
      cluster,
      minio,
      image: `${registryInMachine}/shop/web:1`,
      newMachine: () => startVirtualMachine({ disk, ports: Object.values(WORKLOAD_PORTS), isOff: true }),
      killOperator: () => operator.kill9(),
      startOperator: async () => {
        if (!operator.isRunning()) operator = await start(operator.edgeAddress);
      },
      operatorLog: () => operator.lastLines(),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The emulator gives a machine whatever this one reaches, and its loopback interface under an address of its own. */
function endpointInMachine({ endpoint }: Minio): string {
  const url = new URL(endpoint);
  if (url.hostname === '127.0.0.1') url.hostname = HOST_ADDRESS;
  return url.origin;
}
