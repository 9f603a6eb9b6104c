import type { HardwareInfo } from '@k4e/core/protocol';
import type { SystemFiles } from './system-files.ts';
import { wireValue } from './system-files.ts';

/** How the machine was started. Left out where the firmware's directory cannot be seen, as in most containers. */
export async function readBoot(files: SystemFiles): Promise<HardwareInfo['boot']> {
  const pxe = /(?:^|\s)BOOTIF=(\S+)/.exec((await files.text('proc/cmdline')) ?? '')?.[1];
  const mode = (await files.exists('sys/firmware/efi')) ? 'uefi' : 'bios';
  return {
    current_boot_mode: (await files.exists('sys/firmware')) ? mode : undefined,
    pxe_interface: wireValue(pxe),
  };
}
