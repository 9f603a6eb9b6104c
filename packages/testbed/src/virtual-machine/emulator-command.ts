import { join } from 'node:path';

import { BOOT_FILES } from './machine-disk.ts';

/** What an emulator runs. */
export interface EmulatedMachine {
  /** The directory with the `BOOT_FILES`. */
  readonly boot: string;
  /** The machine's disk, in the format qcow2. */
  readonly disk: string;
  /** A tar archive that is its second disk, read-only. */
  readonly shared: string;
  /** Ports of 127.0.0.1 by ports of the machine. */
  readonly forwards: ReadonlyMap<number, number>;
}

const MEMORY_MIB = 1_024;

/**
 * The command line of the emulator, whose standard output is the machine's serial console. It emulates the processor too: a
 * kernel may offer KVM that stops the machine in the middle of its boot.
 */
export function emulatorCommand({ boot, disk, shared, forwards }: EmulatedMachine): readonly string[] {
  const forwarded = [...forwards].map(([inner, outer]) => `,hostfwd=tcp:127.0.0.1:${String(outer)}-:${String(inner)}`);
  return [
    'qemu-system-x86_64',
    ...['-accel', 'tcg,thread=multi', '-smp', '2', '-m', String(MEMORY_MIB)],
    ...['-nographic', '-no-reboot', '-nodefaults', '-serial', 'stdio'],
    ...['-kernel', join(boot, BOOT_FILES.kernel), '-initrd', join(boot, BOOT_FILES.initramfs)],
    ...[
      '-append',
      'console=ttyS0 root=/dev/vda rw quiet systemd.show_status=auto systemd.mask=serial-getty@ttyS0.service',
    ],
    ...['-drive', `file=${disk},if=virtio,format=qcow2,cache=writeback`],
    ...['-drive', `file=${shared},if=virtio,format=raw,readonly=on`],
    ...['-netdev', `user,id=lan${forwarded.join('')}`, '-device', 'virtio-net-pci,netdev=lan,romfile='],
  ];
}
