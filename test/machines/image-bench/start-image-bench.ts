import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HOST_ADDRESS, buildWorkloadImage, readTestbedEnvironment, startImageRegistry } from '@k4e/testbed';
import type { ImageMachine } from '@k4e/testbed';
import { buildDeviceImages } from '../../../scripts/device-image/build-device-image.ts';
import type { ImageFormat } from '../../../scripts/device-image/build-device-image.ts';
import type { BuildConfiguration } from '../../../scripts/device-image/configuration/index.ts';
import { eventually, fetchPage, startCluster, startOperatorProcess } from '../../e2e/harness/index.ts';
import type { Cluster, OperatorProcess } from '../../e2e/harness/index.ts';

/** The port of the device at which workloads serve. */
export const PORT = 18_080;
/** Where deployments say that images are; devices are told where that is. */
const REGISTRY = 'registry.k4e.example';
/** The image of the web server. */
export const IMAGE = `${REGISTRY}/web:1`;

/** An emulated machine boots ten times slower than a real one, beside other tests slower still. */
const BOOT_DEADLINE_MS = 600_000;
const SHOWN_LENGTH = 16_000;

/** Everything but the machine. */
export interface ImageBench {
  readonly cluster: Cluster;
  readonly operator: () => OperatorProcess;
  /** Starts an operator in the place of one that was ended. */
  readonly startOperator: () => Promise<void>;
  /** The path of a file of the bench's own. */
  readonly file: (name: string) => string;
  /** Builds an image whose devices know where everything is, and what `configuration` says besides; resolves with its file. */
  readonly build: (format: ImageFormat, configuration?: BuildConfiguration) => Promise<string>;
  /** The machine that serves, and that is explained when something does not come about. */
  readonly use: (machine: ImageMachine) => ImageMachine;
  /** Switches the machine off for good, if there is one. */
  readonly dismiss: () => Promise<void>;
  /** Resolves when the expectation holds; waits as long as booting may take. */
  readonly waitFor: <T>(what: string, expectation: () => Promise<T>) => Promise<T>;
  /** Fails unless the machine's workload serves that page. */
  readonly serves: (page: string, deviceId: string) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Starts it. */
export async function startImageBench(): Promise<ImageBench> {
  const directory = await mkdtemp(join(tmpdir(), 'k4e-e2e-'));
  const file = (name: string): string => join(directory, name);
  const cluster = await startCluster();
  const registry = await startImageRegistry((await buildWorkloadImage()).archive);
  const start = (edgeAddress: string): Promise<OperatorProcess> =>
    startOperatorProcess({
      kubeconfig: cluster.operatorKubeconfig,
      edgeAddress,
      logFile: file('operator.log'),
    });
  let operator = await start('127.0.0.1:0');
  let machine: ImageMachine | undefined;
  const url = `http://${HOST_ADDRESS}:${new URL(operator.edgeUrl).port}`;
  const location = `${HOST_ADDRESS}:${String(registry.port)}`;
  const settings = { controlPlane: { url }, registries: [{ prefix: REGISTRY, location, insecure: true }] };
  const explain = async (): Promise<string> =>
    [((await machine?.console()) ?? '').slice(-SHOWN_LENGTH), operator.lastLines()].join('\n---\n');
  return {
    cluster,
    operator: () => operator,
    startOperator: async () => {
      operator = await start(operator.edgeAddress);
    },
    file,
    build: async (format, configuration = {}) => {
      await buildImage(format, file(`device.${format}`), { ...settings, ...configuration });
      return file(`device.${format}`);
    },
    use: (used) => (machine = used),
    dismiss: async () => machine?.stop(),
    waitFor: (what, expectation) => eventually(what, expectation, { deadlineMs: BOOT_DEADLINE_MS, explain }),
    serves: async (page, deviceId) => {
      const origin = `http://127.0.0.1:${String(machine?.hostPort(PORT))}`;
      const { page: served, deviceId: by } = await fetchPage(origin);
      if (served !== page || by !== deviceId) throw new Error(`${by} serves ${served}`);
    },
    stop: async () => {
      await registry.stop();
      await operator.kill9();
      await cluster.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function buildImage(format: ImageFormat, file: string, configuration: BuildConfiguration): Promise<void> {
  await buildDeviceImages({
    configuration: {
      ...configuration,
      kernelArguments: [
        // Notes of the set-up as well as its problems.
        ...['console=ttyS0', 'loglevel=6', 'systemd.journald.forward_to_console=1'],
        ...['systemd.journald.max_level_console=warning', ...(configuration.kernelArguments ?? [])],
      ],
    },
    files: { [format]: file },
    version: '1.0.0',
    maintainer: { name: 'k4e tests', email: 'tests@k4e.example' },
    epochSeconds: 1_763_856_000,
    isFast: true,
    isUpdate: false,
    cacheDirectory: readTestbedEnvironment().cacheDirectory,
    progress: (line) => process.stderr.write(`${line}\n`),
  });
}
