import { findControlPlanePrograms } from './control-plane/index.ts';
import { findDebianImages, findDebianTools } from './debian/index.ts';
import { findDeviceImage } from './device/index.ts';
import { findImageMachine } from './image-machine/index.ts';
import { findMinioImage } from './minio/index.ts';
import { findMosquitto } from './mosquitto/index.ts';
import { findNetnsPrograms } from './netns/index.ts';
import type { FoundPart, PartContext } from './parts/index.ts';
import { findIsolatedPodman, findPodmanPrograms } from './podman/index.ts';
import { findVirtualMachine } from './virtual-machine/index.ts';
import { findWorkloadImage } from './workload-image/index.ts';

/** What a test may need. */
export type PartName = keyof typeof FINDERS;

type Finder = (context: PartContext) => Promise<readonly FoundPart[]>;

const FINDERS = {
  /** The workload image: `buildWorkloadImage`. */
  'workload-image': async (context) => [await findWorkloadImage(context)],
  /** Network namespaces, `ip` and `nft`: `createNetns`. */
  netns: findNetnsPrograms,
  /** podman: `startPodman`. */
  podman: async (context) => [(await findPodmanPrograms(context)).part],
  /** podman in namespaces of its own: `startPodman({ isolated: true })`. */
  'isolated-podman': findIsolatedPodman,
  /** Device containers: `startDevice`. */
  device: async (context) => [await findDeviceImage(context)],
  /** Mosquitto, an MQTT broker: `startMosquitto`. */
  mosquitto: findMosquitto,
  /** Machines with Debian 12 and 13: `startDebian`. */
  debian: findDebianImages,
  /** Debian's tools for packages: `dpkg-deb`, and `lintian`, which judges them. */
  'debian-tools': async (context) => [await findDebianTools(context)],
  /** Virtual machines, with a kernel and a disk of their own: `startVirtualMachine`. */
  'virtual-machine': async (context) => [await findVirtualMachine(context)],
  /** Machines that boot from an image: `startImageMachine`; and what images of devices are built with. */
  'image-machine': async (context) => [await findImageMachine(context)],
  /** MinIO, an S3 server: `startMinio`. */
  minio: async (context) => [await findMinioImage(context)],
  /** kube-apiserver, etcd and kubectl: `startControlPlane`. */
  'control-plane': async (context) => {
    const { etcd, kubeApiserver, kubectl } = await findControlPlanePrograms(context);
    return [etcd, kubeApiserver, kubectl];
  },
} satisfies Record<string, Finder>;

/** All parts, in the order in which they are prepared: the quick ones first. */
export const PART_NAMES: readonly PartName[] = [
  'workload-image',
  'netns',
  'mosquitto',
  'podman',
  'isolated-podman',
  'device',
  'debian',
  'debian-tools',
  'virtual-machine',
  'image-machine',
  'minio',
  'control-plane',
];

/** Whether a word names a part. */
export function isPartName(word: string): word is PartName {
  return word in FINDERS;
}

/** Makes sure that a part is on this machine: finds, installs or builds all it is made of. Fails when it cannot be had. */
export function preparePart(name: PartName, context: PartContext): Promise<readonly FoundPart[]> {
  return FINDERS[name](context);
}
