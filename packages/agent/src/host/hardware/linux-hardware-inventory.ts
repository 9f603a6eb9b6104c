import { hostname, machine, networkInterfaces } from 'node:os';
import { K4eError } from '@k4e/core';
import type { HardwareInventory } from '@k4e/core/ports';
import { readBoot } from './read-boot.ts';
import { readCpu } from './read-cpu.ts';
import { readDisks } from './read-disks.ts';
import { readGpus } from './read-gpus.ts';
import type { Addresses } from './read-interfaces.ts';
import { readInterfaces } from './read-interfaces.ts';
import { readMemory } from './read-memory.ts';
import { readSystemVendor } from './read-system-vendor.ts';
import { createSystemFiles, wireValue } from './system-files.ts';

/** What the operating system says of itself, apart from files. */
export interface OperatingSystem {
  hostname(): string;
  /** As `uname -m` has it, such as `x86_64`. */
  machine(): string;
  networkInterfaces(): Addresses;
}

/** Where to look. */
export interface LinuxHardwareInventoryOptions {
  /** The directory that `proc`, `sys` and `dev` are in. Default `/`. */
  readonly root?: string;
  /** Default: this machine's. */
  readonly os?: OperatingSystem;
}

/**
 * A `HardwareInventory` from what Linux tells in `/proc`, `/sys` and `/dev/disk`. Starts no programs, needs no rights: what
 * only root may read is left out for others. Rejects with `ABORTED` only.
 */
export function createLinuxHardwareInventory(options: LinuxHardwareInventoryOptions = {}): HardwareInventory {
  const files = createSystemFiles(options.root ?? '/');
  const os = options.os ?? { hostname, machine, networkInterfaces };
  return {
    async collect({ signal } = {}) {
      refuseAborted(signal);
      const [cpu, memory, boot, vendor] = await Promise.all([
        readCpu(files, os.machine()),
        readMemory(files),
        readBoot(files),
        readSystemVendor(files),
      ]);
      refuseAborted(signal);
      const [interfaces, disks, gpus] = await Promise.all([
        readInterfaces(files, os.networkInterfaces()),
        readDisks(files),
        readGpus(files),
      ]);
      refuseAborted(signal);
      return { hostname: wireValue(os.hostname()), cpu, memory, boot, system_vendor: vendor, interfaces, disks, gpus };
    },
  };
}

function refuseAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new K4eError('ABORTED', { retry: 'never' });
}
