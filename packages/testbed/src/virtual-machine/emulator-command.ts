import { join } from 'node:path';

import { forwardOption } from '../emulator/index.ts';
import type { PortForwards } from '../emulator/index.ts';
import { BOOT_FILES } from './machine-disk.ts';
import { CARD_ADDRESSES, COMMAND_NETWORK, COMMAND_PORT } from './machine-recipe.ts';

/** What an emulator runs. */
export interface EmulatedMachine {
  /** The directory with the `BOOT_FILES`. */
  readonly boot: string;
  /** The machine's disk, in the format qcow2. */
  readonly disk: string;
  /** A tar archive that is its second disk, read-only. */
  readonly shared: string;
  readonly memoryMib: number;
  /** What its clock shows when it is switched on. Default: what the clock here shows. */
  readonly clock?: Date;
  /** Those that lead to it over its network. */
  readonly forwards: PortForwards;
  /** The port of 127.0.0.1 that leads to its `COMMAND_PORT`, over a network card of its own. */
  readonly commandPort: number;
  /** The path of the socket at which the emulator listens. */
  readonly monitor: string;
}

/** What the emulator calls the machine's network card, whose cable can be pulled. */
export const NETWORK_CARD = 'lan-card';

/**
 * The command line of the emulator, whose standard output is the machine's serial console. It emulates the processor too: a
 * kernel may offer KVM that stops the machine in the middle of its boot.
 */
export function emulatorCommand(machine: EmulatedMachine): readonly string[] {
  const { boot, disk, shared, memoryMib, clock, forwards, commandPort, monitor } = machine;
  const { lan, command } = CARD_ADDRESSES;
  return [
    'qemu-system-x86_64',
    // One processor: with two, the kernel's patching of its own code while it runs ends in a panic, once in some dozen boots.
    ...['-accel', 'tcg', '-smp', '1', '-m', String(memoryMib)],
    ...(clock === undefined ? [] : ['-rtc', `base=${clock.toISOString().slice(0, 'YYYY-MM-DDTHH:MM:SS'.length)}`]),
    ...['-nographic', '-no-reboot', '-nodefaults', '-serial', 'stdio'],
    ...['-kernel', join(boot, BOOT_FILES.kernel), '-initrd', join(boot, BOOT_FILES.initramfs)],
    ...[
      '-append',
      // A panic ends the emulator: whoever waits for the machine is told at once.
      'console=ttyS0 root=/dev/vda rw quiet panic=-1 systemd.show_status=auto systemd.mask=serial-getty@ttyS0.service',
    ],
    ...['-drive', `file=${disk},if=virtio,format=qcow2,cache=writeback`],
    ...['-drive', `file=${shared},if=virtio,format=raw,readonly=on`],
    ...['-netdev', `user,id=lan${forwards.options}`],
    ...['-device', `virtio-net-pci,id=${NETWORK_CARD},netdev=lan,mac=${lan},romfile=`],
    ...['-netdev', `user,id=command,net=${COMMAND_NETWORK},restrict=on${forwardOption(commandPort, COMMAND_PORT)}`],
    ...['-device', `virtio-net-pci,netdev=command,mac=${command},romfile=`],
    ...['-qmp', `unix:${monitor},server=on,wait=off`],
  ];
}
