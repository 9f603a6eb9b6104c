import type { Clock, Logger } from '@k4e/core/ports';
import { endProcess } from './end-process.ts';
import { readPidFiles, removePidFile } from './pid-files.ts';
import type { PidFile } from './pid-files.ts';

/** What ending orphans takes. */
export interface EndOrphansParts {
  readonly pidDirectory: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Time that each has to end by itself, in milliseconds. */
  readonly graceMs: number;
}

/**
 * Ends the workers of a gateway that was killed: the processes that its pid files name, if they are still the same ones. The
 * files go, whatever they name. Never rejects.
 */
export async function endOrphans({ pidDirectory, clock, logger, graceMs }: EndOrphansParts): Promise<void> {
  const end = async ({ path, process }: PidFile): Promise<void> => {
    if (process !== undefined && !(await endProcess(process, { clock, graceMs }))) {
      logger.error('a worker of an earlier run does not end', { pid: process.pid });
    }
    await removePidFile(path).catch(() => undefined);
  };
  await Promise.all((await readPidFiles(pidDirectory)).map(end));
}
