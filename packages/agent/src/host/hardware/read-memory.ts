import type { HardwareInfo } from '@k4e/core/protocol';
import { memoryModuleBytes } from './memory-modules.ts';
import type { SystemFiles } from './system-files.ts';

const MAX_DMI_BYTES = 1_048_576;
const BYTES_PER_KB = 1_024;

/** `usable_bytes` as the kernel counts it; `physical_bytes` of the modules, where the firmware tells, else of the memory blocks. */
export async function readMemory(files: SystemFiles): Promise<HardwareInfo['memory']> {
  const total = /^MemTotal:\s+(\d+) kB$/m.exec((await files.text('proc/meminfo')) ?? '')?.[1];
  return {
    usable_bytes: total === undefined ? undefined : Number(total) * BYTES_PER_KB,
    physical_bytes: (await modules(files)) ?? (await blocks(files)),
  };
}

async function modules(files: SystemFiles): Promise<number | undefined> {
  const table = await files.bytes('sys/firmware/dmi/tables/DMI', MAX_DMI_BYTES);
  return table === undefined ? undefined : memoryModuleBytes(table);
}

async function blocks(files: SystemFiles): Promise<number | undefined> {
  const directory = 'sys/devices/system/memory';
  const size = Number.parseInt((await files.value(`${directory}/block_size_bytes`)) ?? '', 16);
  const count = (await files.names(directory)).filter((name) => /^memory\d+$/.test(name)).length;
  return Number.isSafeInteger(size * count) && size * count > 0 ? size * count : undefined;
}
