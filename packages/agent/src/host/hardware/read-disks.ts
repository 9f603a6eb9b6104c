import type { HardwareInfo } from '@k4e/core/protocol';
import { readDiskLinks } from './disk-links.ts';
import type { DiskLinks } from './disk-links.ts';
import type { SystemFiles } from './system-files.ts';

type Disk = NonNullable<HardwareInfo['disks']>[number];

const BLOCK = 'sys/block';
const SECTOR_BYTES = 512;

/** Disks with hardware behind them: no loop devices, RAM disks, or layers over other disks. Drives without a medium have no size. */
export async function readDisks(files: SystemFiles): Promise<HardwareInfo['disks']> {
  const names = await files.names(BLOCK);
  const isHardware = await Promise.all(names.map((name) => files.exists(`${BLOCK}/${name}/device`)));
  const disks = names.filter((_name, index) => isHardware[index] === true);
  if (disks.length === 0) return [];
  const links = await readDiskLinks(files);
  return Promise.all(disks.map((name) => readDisk(files, name, links)));
}

async function readDisk(files: SystemFiles, name: string, links: DiskLinks): Promise<Disk> {
  const directory = `${BLOCK}/${name}`;
  const sectors = await files.integer(`${directory}/size`);
  const path = `/dev/${name}`;
  const byId = links.byId(name);
  const byPath = links.byPath(name);
  return {
    id: byId ?? byPath ?? path,
    name,
    path,
    by_id: byId,
    by_path: byPath,
    drive_type: driveType(name, await files.value(`${directory}/queue/rotational`)),
    size_bytes: sectors === undefined || sectors <= 0 ? undefined : sectors * SECTOR_BYTES,
    vendor: await files.value(`${directory}/device/vendor`),
    model: await files.value(`${directory}/device/model`),
    serial: (await files.value(`${directory}/device/serial`)) ?? (await files.value(`${directory}/serial`)),
    wwn: (await files.value(`${directory}/device/wwid`)) ?? (await files.value(`${directory}/wwid`)),
    hctl: (await files.names(`${directory}/device/scsi_device`))[0],
  };
}

function driveType(name: string, rotational: string | undefined): string {
  if (name.startsWith('sr')) return 'ODD';
  if (name.startsWith('fd')) return 'FDD';
  if (rotational === undefined) return 'unknown';
  return rotational === '1' ? 'HDD' : 'SSD';
}
