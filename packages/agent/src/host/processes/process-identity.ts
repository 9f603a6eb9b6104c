import { readFile } from 'node:fs/promises';
import { readBootId } from '../disk/index.ts';

/** A process, told from every other that has, had or will have its pid. */
export interface ProcessIdentity {
  readonly pid: number;
  /** In ticks since the machine started (Linux: `starttime` in `/proc/PID/stat`). */
  readonly startTime: string;
  /** Which start of the machine. */
  readonly bootId: string;
}

const STAT_START_TIME = 22;
const STAT_STATE = 3;

/** Who has that pid now; `undefined`: nobody that lives. A process that has ended and was not collected yet counts as gone. */
export async function identifyProcess(pid: number): Promise<ProcessIdentity | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'latin1');
    const bootId = await readBootId();
    // The second field is the program's name in parentheses: it may hold spaces and parentheses itself.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const field = (number: number): string | undefined => fields[number - STAT_STATE];
    const startTime = field(STAT_START_TIME);
    const hasEnded = ['Z', 'X'].includes(field(STAT_STATE) ?? '');
    return startTime === undefined || hasEnded ? undefined : { pid, startTime, bootId };
  } catch {
    return undefined;
  }
}

/** Whether the process still lives, and is not another one with its pid. */
export async function isAlive({ pid, startTime, bootId }: ProcessIdentity): Promise<boolean> {
  const now = await identifyProcess(pid);
  return now?.startTime === startTime && now.bootId === bootId;
}
