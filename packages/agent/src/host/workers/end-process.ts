import { sleep } from '@k4e/core';
import type { Clock } from '@k4e/core/ports';
import { isAlive } from '../processes/index.ts';
import type { ProcessIdentity } from '../processes/index.ts';

/** Between two looks whether a process that is none of our children has ended, in milliseconds. */
const LOOK_INTERVAL_MS = 50;
/** How long one that was killed is waited for, in milliseconds: it may hang in the kernel. */
const KILLED_LIMIT_MS = 2_000;

/**
 * Ends a process that is none of our children, and its group if it leads one: SIGTERM, then SIGKILL after `graceMs`.
 * Answers whether it is gone. Each signal is sent only while the process is still the one that was meant.
 */
export async function endProcess(
  process: ProcessIdentity,
  { clock, graceMs }: { readonly clock: Clock; readonly graceMs: number },
): Promise<boolean> {
  for (const [signal, limitMs] of [
    ['SIGTERM', graceMs],
    ['SIGKILL', KILLED_LIMIT_MS],
  ] as const) {
    if (!(await isAlive(process))) return true;
    signalGroup(process.pid, signal);
    const endMs = clock.monotonicMs() + limitMs;
    while (clock.monotonicMs() < endMs) {
      if (!(await isAlive(process))) return true;
      await sleep(clock, LOOK_INTERVAL_MS);
    }
  }
  return !(await isAlive(process));
}

/**
 * Sends a signal once to a process: with its group when it leads one, else alone. Programs take a second one for impatience, and
 * end at once. What is gone is not signalled.
 */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  for (const target of [-pid, pid]) {
    try {
      process.kill(target, signal);
      return;
    } catch {
      // Gone, or no leader of a group.
    }
  }
}
