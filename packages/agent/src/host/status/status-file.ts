import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorText, jsonEqual, sleep } from '@k4e/core';
import type { DeviceStatus } from '@k4e/core/device';
import { createDoorbell } from '@k4e/core/link';
import type { Clock, Logger } from '@k4e/core/ports';
import type { MachineAddress } from '../hardware/index.ts';
import type { ProcessIdentity } from '../processes/index.ts';
import { describeStatus } from './describe-status.ts';
import type { StatusOrigin } from './describe-status.ts';
import { readStatusFile } from './read-status-file.ts';

/** Shortest time between two writes, in milliseconds. */
export const MIN_STATUS_GAP_MS = 1_000;
/** At the end of the name of the file that comes beside a status file with each change. */
export const CHANGED_SUFFIX = '.changed';

const FILE_MODE = 0o644;
const DIRECTORY_MODE = 0o755;

/** What it takes to keep a status file. */
export interface StatusFileOptions extends StatusOrigin {
  /** Absolute path, in a directory that loses nothing when the machine ends; made when it is missing. */
  readonly path: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How the device is now. */
  readonly status: () => DeviceStatus;
  readonly addresses: () => Promise<readonly MachineAddress[]>;
  /** This process, if it can be told from others. */
  readonly process: () => Promise<ProcessIdentity | undefined>;
}

/** A file that says how the device is. */
export interface StatusFileKeeper {
  /** The status may be otherwise than before. */
  noteChange(): void;
  /**
   * Keeps the file until `signal` fires, then removes it. It is written whole, in one step, when its content is another, and once
   * in `MIN_STATUS_GAP_MS` at most; at rest nothing happens. What cannot be written is logged once, and tried with the next
   * change. Never rejects. Beside each change, and the removal, comes the file with `CHANGED_SUFFIX`, for who shows the status to
   * take away before it looks.
   */
  follow(options: { readonly signal: AbortSignal }): Promise<void>;
}

/** Creates the keeper; nothing happens before the calls. */
export function createStatusFile(options: StatusFileOptions): StatusFileKeeper {
  const { path, clock, logger } = options;
  const bell = createDoorbell(clock);
  let written: unknown;
  let isFailing = false;
  const refresh = async (process: ProcessIdentity): Promise<boolean> => {
    const seen = { status: options.status(), addresses: await options.addresses() };
    if (jsonEqual(seen, written)) return false;
    const now = { nowMs: clock.nowMs(), monotonicMs: clock.monotonicMs() };
    await replaceFile(path, JSON.stringify(describeStatus({ ...options, ...seen, ...now, process })));
    written = seen;
    return true;
  };
  const attempt = async (process: ProcessIdentity): Promise<boolean> => {
    try {
      const hasWritten = await refresh(process);
      if (hasWritten) isFailing = false;
      return hasWritten;
    } catch (error) {
      if (!isFailing) logger.warn('how the device is could not be written', { path, error: errorText(error) });
      isFailing = true;
      return true;
    }
  };
  return {
    noteChange: () => bell.ring(),
    async follow({ signal }) {
      const process = await options.process();
      if (process === undefined) return logger.warn('how the device is is not written: there is no /proc', { path });
      while (!signal.aborted) {
        const wasTried = await attempt(process);
        if (wasTried) await sleep(clock, MIN_STATUS_GAP_MS, { signal }).catch(() => undefined);
        await bell.wait({ signal });
      }
      await removeOwn(path, process);
    },
  };
}

async function replaceFile(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: DIRECTORY_MODE });
  const temporary = `${path}.new`;
  await rm(temporary, { force: true });
  await writeNewFile(temporary, text);
  await rename(temporary, path);
  await noteChanged(path);
}

async function writeNewFile(path: string, text: string): Promise<void> {
  await using handle = await open(path, 'wx', FILE_MODE);
  // The mode of a new file is subject to the mask of the process.
  await handle.chmod(FILE_MODE);
  await handle.writeFile(text);
}

async function noteChanged(path: string): Promise<void> {
  await using _handle = await open(`${path}${CHANGED_SUFFIX}`, 'a', FILE_MODE);
}

/** What another agent has written since stays. */
async function removeOwn(path: string, { pid }: ProcessIdentity): Promise<void> {
  try {
    if ((await readStatusFile(path))?.agent.pid !== pid) return;
    await rm(path, { force: true });
    await noteChanged(path);
  } catch {
    // Whoever reads it finds that its process is gone.
  }
}
