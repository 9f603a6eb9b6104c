import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DATA_LABEL, DATA_TYPE } from './block-devices.ts';
import type { DataPlan } from './plan-data-partition.ts';
import { runTool } from './run-tool.ts';
import { removeMark, writeMark } from './unfinished-mark.ts';

const DEFINITIONS = '/run/k4e-device/repart.d';

/**
 * Makes the data partition, whose id is the machine's. systemd-repart makes the file system first and the entry in the table
 * last: a partition that is there is whole.
 */
export async function makeDataPartition(
  disk: string,
  on: Extract<DataPlan, { kind: 'make' }>['on'],
  machineId: string,
): Promise<void> {
  if (on === 'free-rest') return repart(disk, 'refuse', machineId);
  await writeMark(disk);
  await repart(disk, 'force', machineId);
  await removeMark(disk);
}

/**
 * Makes the partition where there is none, and lets it have all room that is left. `empty` is what becomes of a disk without
 * a table: it gets one, also in the place of another one (`force`), or it is refused.
 */
export async function repart(disk: string, empty: 'force' | 'refuse', machineId: string): Promise<void> {
  await mkdir(DEFINITIONS, { recursive: true });
  await writeFile(join(DEFINITIONS, '10-data.conf'), definition(machineId));
  const policy = ['--dry-run=no', `--empty=${empty}`, `--definitions=${DEFINITIONS}`];
  await runTool(['systemd-repart', '--no-pager', ...policy, disk]);
}

function definition(machineId: string): string {
  return `[Partition]\nType=${DATA_TYPE}\nLabel=${DATA_LABEL}\nUUID=${machineId}\nFormat=ext4\n`;
}
