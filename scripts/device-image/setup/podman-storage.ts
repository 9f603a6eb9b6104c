import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ConsoleReport } from './console-report.ts';
import { tryTool } from './run-tool.ts';

/** Podman's words for storage of which it can open nothing: its database, or one of its indexes, cannot be read. */
const BEYOND_REPAIR = [
  /database disk image is malformed|file is not a database/i,
  /loading (primary|additional) \w+ store data/i,
  /loading "\S+\/(layers|images|containers|volatile-layers|volatile-containers)\.json"/i,
  /(layers|images|containers)\.json: unexpected end of (JSON )?input/i,
];

/** What people cannot get back from a registry: the volumes of workloads. */
const KEPT = 'volumes';

/**
 * A question for which podman opens its database and all its indexes, and starts nothing. What it mounts for that goes with it:
 * else the storage could not be removed.
 */
const OPEN_STORAGE = ['unshare', '--mount', 'timeout', '--kill-after=10', '120', 'podman', 'images', '--quiet'];

/**
 * Whether podman, having said that, will never open its storage again. What it merely could not do this time (no space, no
 * memory, a kernel module) is none of it: then nothing may be thrown away.
 */
export function isBeyondRepair(said: string): boolean {
  return BEYOND_REPAIR.some((words) => words.test(said));
}

/**
 * Begins podman's storage anew where podman cannot open it: nobody can come and do that by hand, and all in it but volumes,
 * which stay, is had again by pulling images. `tell` is told why before anything is changed. `directory` is where the storage
 * is; podman must not run. What a power cut interrupts, the next call does to the end.
 */
export async function rebuildDamagedStorage(
  directory: string,
  report: ConsoleReport,
  tell: (reason: string) => Promise<void>,
): Promise<void> {
  await removeDamaged(directory);
  const { code, stderr } = await tryTool(OPEN_STORAGE);
  if (code === 0) return;
  const said = stderr.trim();
  if (!isBeyondRepair(said)) return report.note(`podman does not open its storage now: ${said}`);
  await report.problem(`the storage of podman is damaged and is begun anew, images are pulled again: ${said}`);
  await tell(said).catch((error: unknown) =>
    report.problem(`the control plane will not be told of it: ${String(error)}`),
  );
  // In one step: what is half removed might be opened, and run.
  await rename(directory, damagedOf(directory));
  await removeDamaged(directory);
}

/** Removes storage that was set aside, if there is any, once what is kept of it is in the new one. */
export async function removeDamaged(directory: string): Promise<void> {
  const damaged = damagedOf(directory);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await rename(join(damaged, KEPT), join(directory, KEPT)).catch(unlessMissing);
  await rm(damaged, { recursive: true, force: true });
}

const damagedOf = (directory: string): string => `${directory}.damaged`;

function unlessMissing(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
}
