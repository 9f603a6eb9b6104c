/** A program that starts the part it is told, prints the part's directory and kills itself: a test worker that crashes. */
import { dirname } from 'node:path';

import {
  WORKLOAD_IMAGE,
  buildWorkloadImage,
  createNetns,
  startControlPlane,
  startDevice,
  startMinio,
  startMosquitto,
  startPodman,
} from '../../src/index.ts';

const starters: Readonly<Record<string, () => Promise<string>>> = {
  'control-plane': async () => dirname((await startControlPlane()).adminKubeconfigPath),
  podman: () => podmanWithContainer(false),
  'isolated-podman': () => podmanWithContainer(true),
  device: async () => dirname(dirname(dirname((await startDevice()).socketPath))),
  minio: async () => dirname((await startMinio()).directory),
  mosquitto: async () => (await startMosquitto()).directory,
  netns: async () => (await createNetns()).path,
};

async function podmanWithContainer(isolated: boolean): Promise<string> {
  const { archive } = await buildWorkloadImage();
  const podman = await startPodman({ isolated, archives: [archive] });
  await podman.podman(['run', '--detach', '--publish=18080:8080', WORKLOAD_IMAGE]);
  return dirname(podman.socketPath);
}

const start = starters[process.argv[2] ?? ''];
if (start === undefined) throw new Error('which part?');
const directory = await start();
process.stdout.write(`${directory}\n`, () => process.kill(process.pid, 'SIGKILL'));
