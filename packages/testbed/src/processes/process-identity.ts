import { readFileSync, readdirSync } from 'node:fs';

/** A process, told apart from a later one that was given the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in clock ticks since boot: field 22 of `/proc/PID/stat`. */
  readonly startTicks: string;
}

/** The identity of a process that runs now, or `undefined`. A zombie does not, unless threads of it still hold its files. */
export function identifyProcess(pid: number): ProcessIdentity | undefined {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, startTicks] = [fields[0], fields[19]];
    const hasEnded = state === 'X' || (state === 'Z' && readdirSync(`/proc/${String(pid)}/task`).length === 1);
    return hasEnded || startTicks === undefined ? undefined : { pid, startTicks };
  } catch {
    return undefined;
  }
}

/** Whether that very process still runs. */
export function isRunning(process: ProcessIdentity): boolean {
  return identifyProcess(process.pid)?.startTicks === process.startTicks;
}

/** The processes that it started and that still run. */
export function childrenOf(parent: ProcessIdentity): readonly ProcessIdentity[] {
  if (!isRunning(parent)) return [];
  const tasks = readdirSync(`/proc/${String(parent.pid)}/task`);
  const pids = tasks.flatMap((task) =>
    readFileSync(`/proc/${String(parent.pid)}/task/${task}/children`, 'utf8')
      .trim()
      .split(' '),
  );
  return pids.map((pid) => identifyProcess(Number(pid))).filter((child) => child !== undefined);
}
