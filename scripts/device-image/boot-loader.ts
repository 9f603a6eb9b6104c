import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BOOT_FILES } from './device-tree.ts';
import type { Workshop } from './workshop.ts';

/** What the boot loader is to be told. */
export interface BootOptions {
  /** The name of the image: the boot loader looks for the medium that has it. */
  readonly imageId: string;
  /** What tells the kernel where its root is. */
  readonly root: readonly string[];
  /** What the build adds. */
  readonly kernelArguments: readonly string[];
}

/** A file of the image: its path there, and its name on the bench. */
export interface PlacedFile {
  readonly path: string;
  readonly name: string;
}

/** Where GRUB for machines with a BIOS is, from the bench. */
export const GRUB_BIOS = '../usr/lib/grub/i386-pc';

const KERNEL_ARGUMENTS = [
  // Without a root there is no shell, but another try.
  ...['ro', 'quiet', 'loglevel=4', 'panic=30'],
  // Nothing is mounted but by ours, and nobody is let in but by ours.
  ...['systemd.gpt_auto=no', 'systemd.ssh_auto=no'],
  // Readable from three metres.
  ...['fbcon=font:TER16x32', 'console=tty0'],
];

/** How long a person has to press a key, to change the arguments of the kernel. In seconds. */
const MENU_SECONDS = 2;

/** Modules for what a machine with a BIOS can boot from. */
const BIOS_MODULES = [
  ...['biosdisk', 'part_gpt', 'part_msdos', 'iso9660', 'fat', 'search', 'search_fs_file'],
  ...['normal', 'configfile', 'linux', 'echo', 'test', 'sleep', 'minicmd'],
];

/** What is written in front of images: GRUB as it starts with a BIOS. */
export const GRUB_CORE = 'core.img';

/** Makes what GRUB is started by with a BIOS. Both formats have the same one: it looks for its medium. */
export async function makeGrubCore(workshop: Workshop, imageId: string): Promise<void> {
  await writeFile(workshop.path('early.cfg'), findMedium(imageId));
  const output = ['--format=i386-pc', `--output=${GRUB_CORE}`, '--config=early.cfg', '--prefix=/boot/grub'];
  await workshop.run(['grub-mkimage', ...output, ...BIOS_MODULES]);
}

/** What is on the medium that GRUB looks for: kernel, initramfs, and what it is told about them. */
export async function bootFiles(
  workshop: Workshop,
  format: string,
  options: BootOptions,
): Promise<readonly PlacedFile[]> {
  const menu = `grub-${format}.cfg`;
  await writeFile(workshop.path(menu), renderMenu(options));
  await writeFile(workshop.path('mark'), '');
  return [
    ...Object.values(BOOT_FILES).map((name) => ({ path: `k4e/${name}`, name })),
    { path: 'k4e/grub.cfg', name: menu },
    { path: `k4e/${options.imageId}`, name: 'mark' },
  ];
}

/**
 * What machines with UEFI start: Debian's signed shim and GRUB, which secure boot accepts. That for a disk has its settings
 * beside it; that for an optical disc looks for the medium with `.disk/info`, and there for `discFiles`.
 */
export async function efiFiles(
  workshop: Workshop,
  on: 'disk' | 'disc',
  imageId: string,
): Promise<readonly PlacedFile[]> {
  const signed = workshop.path('../usr/lib/grub/x86_64-efi-signed');
  await copyFile(workshop.path('../usr/lib/shim/shimx64.efi.signed'), workshop.path('shim.efi'));
  const grub = `grub-${on}.efi`;
  await copyFile(join(signed, on === 'disk' ? 'grubx64.efi.signed' : 'gcdx64.efi.signed'), workshop.path(grub));
  await writeFile(workshop.path('find.cfg'), findMedium(imageId));
  return [
    { path: 'EFI/BOOT/BOOTX64.EFI', name: 'shim.efi' },
    { path: 'EFI/BOOT/grubx64.efi', name: grub },
    { path: 'EFI/debian/grub.cfg', name: 'find.cfg' },
  ];
}

/** What a GRUB for optical discs looks for on the disc. */
export async function discFiles(workshop: Workshop, imageId: string): Promise<readonly PlacedFile[]> {
  await writeFile(workshop.path('find.cfg'), findMedium(imageId));
  await writeFile(workshop.path('info'), `${imageId}\n`);
  return [
    { path: '.disk/info', name: 'info' },
    { path: 'boot/grub/grub.cfg', name: 'find.cfg' },
  ];
}

function findMedium(imageId: string): string {
  return `search --no-floppy --file --set=root /k4e/${imageId}\nconfigfile ($root)/k4e/grub.cfg\n`;
}

function renderMenu({ root, kernelArguments }: BootOptions): string {
  const line = [...root, ...KERNEL_ARGUMENTS, ...kernelArguments].join(' ');
  return `set timeout=${MENU_SECONDS}
menuentry 'k4e device' {
  linux ($root)/k4e/${BOOT_FILES.kernel} ${line}
  initrd ($root)/k4e/${BOOT_FILES.initramfs}
}
`;
}
