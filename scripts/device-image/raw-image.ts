import { createHash } from 'node:crypto';
import { open, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { GRUB_BIOS, GRUB_CORE, bootFiles, efiFiles } from './boot-loader.ts';
import { makeFatVolume } from './fat-volume.ts';
import { BASIC_DATA } from './image-parts.ts';
import type { ImageParts } from './image-parts.ts';
import type { Workshop } from './workshop.ts';

const MIB = 1_048_576;
const SECTOR_BYTES = 512;
/** Below, tools make another kind of FAT, which some firmware does not read. */
const EFI_BYTES = 64 * MIB;

/** Kinds of partition. */
const KINDS = {
  biosBoot: '21686148-6449-6e6f-744e-656564454649',
  efi: 'c12a7328-f81f-11d2-ba4b-00a0c93ec93b',
  basicData: BASIC_DATA,
  root: '4f68bce3-e8cd-4db1-96e7-fbcaf984b709',
} as const;

interface Partition {
  readonly label: string;
  readonly kind: string;
  /** Its content, by its name on the bench. */
  readonly file: string;
  /** In bytes. */
  readonly start: number;
  readonly size: number;
  readonly uuid: string;
}

/**
 * Puts an image of a disk together. Behind its partitions there is nothing: the rest of the disk that it is written to is for
 * the data partition. Resolves with its name on the bench.
 */
export async function makeRaw(workshop: Workshop, parts: ImageParts): Promise<string> {
  const { imageId, kernelArguments, squashfs, settingsVolume } = parts;
  const uuidOf = (label: string): string => toUuid(`${imageId} ${label}`);
  // With `gpt` the kernel takes the second copy of the table, should power be cut while the first is written.
  const root = [`root=PARTUUID=${uuidOf('k4e-root')}`, 'rootfstype=squashfs', 'gpt'];
  const files = [
    ...(await bootFiles(workshop, 'raw', { imageId, root, kernelArguments })),
    ...(await efiFiles(workshop, 'disk', imageId)),
  ];
  const efi = { name: 'efi-raw.img', label: 'K4E_BOOT', id: 'EF1150E5', files };
  await makeFatVolume(workshop, { ...efi, minBytes: EFI_BYTES });
  const contents = [
    { label: 'k4e-bios', kind: KINDS.biosBoot, file: GRUB_CORE },
    { label: 'k4e-boot', kind: KINDS.efi, file: efi.name },
    { label: 'k4e-settings', kind: KINDS.basicData, file: settingsVolume },
    { label: 'k4e-root', kind: KINDS.root, file: squashfs },
  ];
  const partitions: Partition[] = [];
  let end = MIB;
  for (const content of contents) {
    const size = Math.ceil((await stat(workshop.path(content.file))).size / MIB) * MIB;
    partitions.push({ ...content, start: end, size, uuid: uuidOf(content.label) });
    end += size;
  }
  const name = 'device.img';
  await writeFile(workshop.path(name), '');
  await truncate(workshop.path(name), end + MIB);
  await writeTable(workshop, name, partitions, uuidOf('disk'));
  for (const { file, start } of partitions) {
    await pipeline(
      createReadStream(workshop.path(file)),
      createWriteStream(workshop.path(name), { flags: 'r+', start }),
    );
  }
  await writeBiosBoot(workshop, name, partitions[0]?.start ?? 0);
  return name;
}

async function writeTable(
  workshop: Workshop,
  image: string,
  partitions: readonly Partition[],
  uuid: string,
): Promise<void> {
  const lines = partitions.map(
    ({ label, kind, start, size, ...partition }) =>
      `start=${start / SECTOR_BYTES}, size=${size / SECTOR_BYTES}, type=${kind}, uuid=${partition.uuid}, name="${label}"`,
  );
  const table = `label: gpt\nlabel-id: ${uuid}\nfirst-lba: 2048\n${lines.join('\n')}\n`;
  await workshop.run(['sfdisk', '--quiet', '--no-reread', '--no-tell-kernel', image], table);
}

/** Where GRUB's first sector says where its second is, and that one where the rest begins: sectors as 64 bits. */
const BOOT_SECTOR_FIELD = 0x5c;
const CORE_FIELD = 0x1f4;
/** As much of the first sector as is no table of partitions. */
const BOOT_CODE_BYTES = 440;

/** Writes GRUB for machines with a BIOS, as grub-bios-setup does on a disk: its core lies in one piece from `coreStart` on. */
async function writeBiosBoot(workshop: Workshop, image: string, coreStart: number): Promise<void> {
  const sector = BigInt(coreStart / SECTOR_BYTES);
  const boot = await readFile(workshop.path(join(GRUB_BIOS, 'boot.img')));
  boot.writeBigUInt64LE(sector, BOOT_SECTOR_FIELD);
  const next = Buffer.alloc(8);
  next.writeBigUInt64LE(sector + 1n);
  const handle = await open(workshop.path(image), 'r+');
  try {
    await handle.write(boot, 0, BOOT_CODE_BYTES, 0);
    await handle.write(next, 0, next.length, coreStart + CORE_FIELD);
  } finally {
    await handle.close();
  }
}

/** An id that is the same for the same name. */
function toUuid(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}
