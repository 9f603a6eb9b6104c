import * as z from 'zod';

/** The name of the data partition in its disk's table, by which it is found. */
export const DATA_LABEL = 'k4e-data';
/** What kind of partition it is: nobody else's tools make one of this kind. */
export const DATA_TYPE = '7ad0cd1e-5b0a-4c27-9d8e-6b34652d6461';

/** A disk, partition, or what lies on top of one, as `lsblk` tells. */
export interface BlockDevice {
  readonly path: string;
  /** `disk`, `part`, `rom`, `loop`, ... */
  readonly type: string;
  readonly sizeBytes: number;
  /** Where it begins on its disk, in bytes; 0 of a disk. */
  readonly startBytes: number;
  readonly isReadOnly: boolean;
  readonly isRemovable: boolean;
  readonly mountpoints: readonly string[];
  /** Of a file system. */
  readonly fsType: string | undefined;
  readonly label: string | undefined;
  /** Of a partition. */
  readonly partLabel: string | undefined;
  readonly partType: string | undefined;
  readonly partUuid: string | undefined;
  readonly children: readonly BlockDevice[];
}

/** What `lsblk` is asked for, so that `parseBlockDevices` understands it. */
export const LSBLK = [
  'lsblk',
  '--json',
  '--bytes',
  '--tree',
  '--output=PATH,TYPE,SIZE,START,RO,RM,MOUNTPOINTS,FSTYPE,LABEL,PARTLABEL,PARTTYPE,PARTUUID',
] as const;

/** What `lsblk` counts the begin of partitions in, whatever the sectors of their disk. */
const START_UNIT_BYTES = 512;

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? undefined);

const listed = z.object({
  path: z.string(),
  type: z.string(),
  size: z.number(),
  start: z.number().nullish(),
  ro: z.boolean(),
  rm: z.boolean(),
  mountpoints: z.array(z.string().nullable()),
  fstype: text,
  label: text,
  partlabel: text,
  parttype: text,
  partuuid: text,
  get children() {
    return z.array(listed).optional();
  },
});

const listing = z.object({ blockdevices: z.array(listed) });

/** The disks and other devices in what `lsblk` says. Throws for what is no such text. */
export function parseBlockDevices(json: string): readonly BlockDevice[] {
  return listing.parse(JSON.parse(json)).blockdevices.map(toBlockDevice);
}

function toBlockDevice(found: z.output<typeof listed>): BlockDevice {
  return {
    path: found.path,
    type: found.type,
    sizeBytes: found.size,
    startBytes: (found.start ?? 0) * START_UNIT_BYTES,
    isReadOnly: found.ro,
    isRemovable: found.rm,
    mountpoints: found.mountpoints.filter((point) => point !== null),
    fsType: found.fstype,
    label: found.label,
    partLabel: found.partlabel,
    partType: found.parttype,
    partUuid: found.partuuid,
    children: (found.children ?? []).map(toBlockDevice),
  };
}

/** Whether the device booted from it, or from something on it. */
export function isBootDevice(device: BlockDevice): boolean {
  const isBooted = device.mountpoints.some((point) => point === '/' || point === '/run/k4e-medium');
  return isBooted || device.children.some(isBootDevice);
}

/** How much lies behind the last partition of a disk, in bytes. */
export function freeBytesOf({ sizeBytes, children }: BlockDevice): number {
  const ends = children.map((partition) => partition.startBytes + partition.sizeBytes);
  return sizeBytes - Math.max(0, ...ends);
}

/** Whether it is a data partition that was made to the end: its table names it only then. */
export function isDataPartition({ partLabel, partType }: BlockDevice): boolean {
  return partLabel === DATA_LABEL && partType?.toLowerCase() === DATA_TYPE;
}
