import { appendFile, copyFile, link, mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { GRUB_BIOS, GRUB_CORE, bootFiles, discFiles, efiFiles } from './boot-loader.ts';
import { makeFatVolume } from './fat-volume.ts';
import { BASIC_DATA } from './image-parts.ts';
import type { ImageParts } from './image-parts.ts';
import type { Workshop } from './workshop.ts';

/** What the initramfs looks for. */
const VOLUME_ID = 'K4E_ISO';
const MIB = 1_048_576;

/**
 * Puts an image together that boots as an optical disc, and as a stick that it is written to. There its third partition is
 * the FAT volume with the settings. Resolves with its name on the bench.
 */
export async function makeIso(workshop: Workshop, parts: ImageParts): Promise<string> {
  const { imageId, epochSeconds, kernelArguments, squashfs, settingsVolume } = parts;
  const root = ['boot=k4e-iso', `k4e.medium=${imageId}`];
  const files = [
    ...(await bootFiles(workshop, 'iso', { imageId, root, kernelArguments })),
    ...(await discFiles(workshop, imageId)),
    { path: 'k4e/root.squashfs', name: squashfs },
    { path: 'boot/grub/eltorito.img', name: 'eltorito.img' },
  ];
  const core = await readFile(workshop.path(GRUB_CORE));
  await copyFile(workshop.path(join(GRUB_BIOS, 'cdboot.img')), workshop.path('eltorito.img'));
  await appendFile(workshop.path('eltorito.img'), core);
  for (const { path, name } of files) {
    const place = workshop.path(join('iso', path));
    await mkdir(dirname(place), { recursive: true });
    await link(workshop.path(name), place);
  }
  const efi = {
    name: 'efi-iso.img',
    label: 'K4E_EFI',
    id: 'EF1150E4',
    files: await efiFiles(workshop, 'disc', imageId),
  };
  await makeFatVolume(workshop, { ...efi, minBytes: MIB });
  const name = 'device.iso';
  await workshop.run([
    'xorriso',
    '-report_about',
    'WARNING',
    '-as',
    'mkisofs',
    ...ISO,
    // What is on the bench was made just now.
    ...['--set_all_file_dates', `=${String(epochSeconds)}`],
    '-output',
    name,
    ...bootArguments(efi.name, settingsVolume),
    'iso',
  ]);
  return name;
}

const ISO = ['-quiet', '-V', VOLUME_ID, '-R', '-J', '-joliet-long', '-iso-level', '3'];

function bootArguments(efi: string, settings: string): readonly string[] {
  return [
    // A BIOS, from an optical disc and from a stick.
    ...[
      '-b',
      'boot/grub/eltorito.img',
      '-no-emul-boot',
      '-boot-load-size',
      '4',
      '-boot-info-table',
      '--grub2-boot-info',
    ],
    ...['--grub2-mbr', join(GRUB_BIOS, 'boot_hybrid.img')],
    // UEFI, from both.
    ...['-eltorito-alt-boot', '-e', '--interval:appended_partition_2:all::', '-no-emul-boot'],
    ...['-append_partition', '2', '0xef', efi, '-append_partition', '3', BASIC_DATA, settings],
    // On a stick the first partition is what an optical disc would be, so that the others can be mounted beside it.
    ...['-appended_part_as_gpt', '-partition_offset', '16', '-partition_cyl_align', 'off'],
  ];
}
