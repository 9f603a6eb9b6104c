import { hasCode } from '../../foundation/index.ts';
import type { ExportFiles } from '../../ports/index.ts';
import type { ContestedObject } from './lane-parts.ts';
import { objectKey } from './object-key.ts';
import type { UploadPath } from './object-key.ts';

/**
 * Who an object belongs to that files of two paths would go to: the first path of the first workload by name, as long as
 * it has that file. This answers whether the object is known to come from such a file, so that the one at hand has lost it.
 * Rejects as `ExportFiles.open` does.
 */
export async function isObjectLost(
  { key, owner, workload, index }: ContestedObject,
  pathsOf: (workload: string) => readonly UploadPath[],
  exports: ExportFiles,
  signal: AbortSignal,
): Promise<boolean> {
  const ownerIndex = pathsOf(owner.workload).findIndex((path) => objectKey(path, owner.path) === key);
  if (ownerIndex === -1) return false;
  const isFirst = owner.workload === workload ? ownerIndex < index : owner.workload < workload;
  return isFirst && (await isThere(exports, owner.workload, owner.path, signal));
}

/** Whether there is such a file, one that can be uploaded. Rejects as `ExportFiles.open` does for other reasons. */
export async function isThere(
  exports: ExportFiles,
  workload: string,
  path: string,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    const file = await exports.open(workload, path, { signal });
    await file.close();
    return true;
  } catch (error) {
    if (hasCode(error, 'NOT_FOUND') || hasCode(error, 'INVALID_INPUT')) return false;
    throw error;
  }
}
