import { freeBytesOf, isBootDevice, isDataPartition } from './block-devices.ts';
import type { BlockDevice } from './block-devices.ts';

/** What is on a disk, as far as that is a reason not to write to it. */
export type DiskContent =
  /** Nothing: no table, no file system, no byte where any of these would be. */
  | { readonly kind: 'empty' }
  /** A data partition that was begun on an empty disk, and not finished. */
  | { readonly kind: 'unfinished' }
  | { readonly kind: 'holds'; readonly what: string };

/** A disk that could take the data partition, and what is to be known of it. */
export interface Candidate {
  readonly device: BlockDevice;
  readonly content: DiskContent;
  /** Behind its last partition. */
}

/** What is to be done about the data partition. */
export type DataPlan =
  /** It is there. */
  | { readonly kind: 'use'; readonly partition: BlockDevice; readonly disk: string }
  /** It is to be made: on a whole disk, or behind the partitions of the disk that the device boots from. */
  | { readonly kind: 'make'; readonly disk: string; readonly on: 'empty-disk' | 'free-rest' }
  /** Nothing may be written; a person has to help. The disks may change: it is looked at again. */
  | { readonly kind: 'wait'; readonly reason: string };

/** Smallest data partition, in bytes: 1 GiB. */
export const MIN_DATA_BYTES = 1_073_741_824;

/** What `disk` in the configuration names: `auto`, or the path that links such as `/dev/disk/by-id/...` lead to. */
export interface WantedDisk {
  readonly name: string;
  /** `undefined`: there is no such device. */
  readonly path: string | undefined;
}

/**
 * What is to be done about the data partition. Pure. A disk is written to only if it is empty, if it is the one that the
 * device boots from and has room behind its partitions, or if what is on it was begun by this very plan.
 */
export function planDataPartition(wanted: WantedDisk, candidates: readonly Candidate[]): DataPlan {
  const found = candidates.flatMap(({ device }) =>
    device.children.filter(isDataPartition).map((partition) => ({ partition, disk: device.path })),
  );
  return wanted.name === 'auto' ? planAuto(candidates, found) : planNamed(wanted, candidates, found);
}

type Found = readonly { readonly partition: BlockDevice; readonly disk: string }[];

function planNamed({ name, path }: WantedDisk, candidates: readonly Candidate[], found: Found): DataPlan {
  const candidate = candidates.find(({ device }) => device.path === path);
  if (candidate === undefined) {
    const which = path === undefined ? 'there is no such device' : `${path} is no disk, or cannot be written to`;
    return wait(`the disk ${name} that the configuration names: ${which}. Disks here: ${listOf(candidates)}`);
  }
  const here = found.filter(({ disk }) => disk === candidate.device.path);
  return here.length > 0 ? use(here) : planOn(candidate);
}

function planAuto(candidates: readonly Candidate[], found: Found): DataPlan {
  if (found.length > 0) return use(found);
  const boot = candidates.find(({ device }) => isBootDevice(device));
  if (boot !== undefined && hasFreeRest(boot)) return planOn(boot);
  const usable = candidates.filter(
    ({ device, content }) => content.kind !== 'holds' && !device.isRemovable && device.sizeBytes >= MIN_DATA_BYTES,
  );
  const [only, ...others] = usable;
  if (only === undefined) return wait(`there is no empty disk of 1 GiB or more. Disks here: ${listOf(candidates)}`);
  if (others.length === 0) return planOn(only);
  return wait(`there are several empty disks; name one in the configuration (disk: /dev/...): ${listOf(usable)}`);
}

function use(found: Found): DataPlan {
  const [only, ...others] = found;
  if (only !== undefined && others.length === 0) return { kind: 'use', ...only };
  const where = found.map(({ partition }) => partition.path).join(', ');
  return wait(`there are several data partitions (${where}): leave one, or name its disk in the configuration`);
}

function planOn(candidate: Candidate): DataPlan {
  const { device, content } = candidate;
  const { path } = device;
  if (isBootDevice(device)) {
    if (hasFreeRest(candidate)) return { kind: 'make', disk: path, on: 'free-rest' };
    return wait(
      `${path}, which this device boots from, has ${sizeOf(freeBytesOf(device))} left behind its partitions; 1 GiB is needed`,
    );
  }
  if (content.kind === 'holds') {
    return wait(
      `${path} is not empty: ${content.what}. Nothing was changed. If it may go: wipefs --all ${path}, and overwrite its first and last 16 MiB with zeros`,
    );
  }
  if (device.sizeBytes < MIN_DATA_BYTES) return wait(`${path} has ${sizeOf(device.sizeBytes)}; 1 GiB is needed`);
  return { kind: 'make', disk: path, on: 'empty-disk' };
}

function hasFreeRest({ device }: Candidate): boolean {
  return device.children.length > 0 && freeBytesOf(device) >= MIN_DATA_BYTES;
}

function listOf(candidates: readonly Candidate[]): string {
  const entries = candidates.map(({ device, content }) => {
    const what = isBootDevice(device) ? 'boots this device' : content.kind === 'holds' ? content.what : 'empty';
    return `${device.path} (${sizeOf(device.sizeBytes)}, ${what})`;
  });
  return entries.length === 0 ? 'none' : entries.join(', ');
}

function sizeOf(bytes: number): string {
  return bytes >= MIN_DATA_BYTES ? `${(bytes / 2 ** 30).toFixed(1)} GiB` : `${Math.floor(bytes / 2 ** 20)} MiB`;
}

function wait(reason: string): DataPlan {
  return { kind: 'wait', reason };
}
