import { rm, rmdir } from 'node:fs/promises';

import { isRunning } from './process-identity.ts';
import type { ProcessIdentity } from './process-identity.ts';
import { runCommand } from './run-command.ts';
import { waitUntil } from './wait-until.ts';

/**
 * One thing to undo, as data: so that the part which made it and the leash (another process) undo it in the same way.
 * Every step may be done twice.
 */
export type CleanupStep =
  /** Kills the process with SIGKILL and waits until it is gone. */
  | { readonly kind: 'kill'; readonly process: ProcessIdentity }
  /** Runs a program; its status does not matter. */
  | { readonly kind: 'run'; readonly command: readonly string[]; readonly env?: Readonly<Record<string, string>> }
  /** Removes a directory or file with all that is in it. */
  | { readonly kind: 'remove'; readonly path: string }
  /** Removes a directory if it is empty: control groups have no other way. */
  | { readonly kind: 'remove-empty'; readonly path: string };

/** How long a killed process may take to be gone, and a cleanup program to end. */
export const CLEANUP_DEADLINE_MS = 30_000;

/** Does the steps in their order. A step that fails does not keep the next from being done; the failures come back. */
export async function performCleanup(steps: readonly CleanupStep[]): Promise<readonly unknown[]> {
  const failures: unknown[] = [];
  for (const step of steps) {
    await perform(step).catch((error: unknown) => failures.push(error));
  }
  return failures;
}

async function perform(step: CleanupStep): Promise<void> {
  if (step.kind === 'kill') return kill(step.process);
  if (step.kind === 'remove') return rm(step.path, { recursive: true, force: true, maxRetries: 3 });
  if (step.kind === 'remove-empty') return rmdir(step.path).catch(() => undefined);
  const env = step.env === undefined ? {} : { env: { ...step.env } };
  await runCommand(step.command, { ...env, deadlineMs: CLEANUP_DEADLINE_MS });
}

async function kill(target: ProcessIdentity): Promise<void> {
  if (!isRunning(target)) return;
  process.kill(target.pid, 'SIGKILL');
  await waitUntil(() => !isRunning(target), {
    what: `process ${String(target.pid)} is gone`,
    deadlineMs: CLEANUP_DEADLINE_MS,
    intervalMs: 5,
  });
}
