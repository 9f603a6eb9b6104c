import { chmod, lstat, mkdir, rm } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { K4eError, errorText } from '@k4e/core';
import { checkWorkloadName } from '@k4e/core/ports';
import type { WorkloadVolumes } from '@k4e/core/ports';

/** Containers of any user write here; the sticky bit keeps them from each other's files. */
const VOLUME_MODE = 0o1777;
const ROOT_MODE = 0o711;

/** Workloads' directories below one directory of the host, which must be an absolute path. Created when first needed. */
export function createDirectoryVolumes({ directory }: { readonly directory: string }): WorkloadVolumes {
  if (!isAbsolute(directory))
    throw new K4eError('CONFIG_INVALID', { subject: directory, message: 'is not an absolute path', retry: 'never' });
  const pathOf = (workload: string): string => {
    checkWorkloadName(workload);
    return join(directory, workload);
  };
  return {
    pathOf,
    async ensure(workload) {
      const path = pathOf(workload);
      await mkdir(directory, { recursive: true, mode: ROOT_MODE }).catch(unwritable(directory));
      await mkdir(path).catch(async (error: unknown) => {
        const stats = await lstat(path).catch(() => undefined);
        if (stats?.isDirectory() !== true) throw unwritableError(path, error);
      });
      await chmod(path, VOLUME_MODE).catch(unwritable(path));
    },
    removeAll: () => rm(directory, { recursive: true, force: true }).catch(unwritable(directory)),
  };
}

function unwritable(path: string): (error: unknown) => never {
  return (error) => {
    throw unwritableError(path, error);
  };
}

function unwritableError(path: string, error: unknown): K4eError {
  return new K4eError('STATE_UNWRITABLE', { subject: path, message: errorText(error), cause: error });
}
