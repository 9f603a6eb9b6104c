import { rm } from 'node:fs/promises';

import { removeLeftoverCgroups } from './leftover-cgroups.ts';
import { mountsBelow } from './mounts-below.ts';
import { childrenOf, isRunning } from './process-identity.ts';
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
  /** Kills the children of a process that only waits for them, and waits until it has ended by itself. */
  | { readonly kind: 'kill-children'; readonly process: ProcessIdentity }
  /** Runs a program; its status does not matter. */
  | { readonly kind: 'run'; readonly command: readonly string[]; readonly env?: Readonly<Record<string, string>> }
  /** Removes a directory or file with all that is in it, but nothing that is mounted there: that is unmounted first. */
  | { readonly kind: 'remove'; readonly path: string }
  /** Removes the control groups of the containers of a podman that was killed. */
  | { readonly kind: 'remove-cgroups'; readonly storageDirectory: string };

/** How long a process that only waits for its children may take to notice their end, before it is killed too. */
const ENDS_BY_ITSELF_DEADLINE_MS = 2000;

/** How long a killed process may take to be gone, and a cleanup program to end. */
export const CLEANUP_DEADLINE_MS = 60_000;

/** Does the steps in their order. A step that fails does not keep the next from being done; the failures come back. */
export async function performCleanup(steps: readonly CleanupStep[]): Promise<readonly unknown[]> {
  const failures: unknown[] = [];
  for (const step of steps) {
    await perform(step).catch((error: unknown) => failures.push(error));
  }
  return failures;
}

async function perform(step: CleanupStep): Promise<void> {
  switch (step.kind) {
    case 'kill':
      return kill(step.process);
    case 'kill-children':
      return killChildren(step.process);
    case 'run':
      await runCommand(step.command, { env: { ...process.env, ...step.env }, deadlineMs: CLEANUP_DEADLINE_MS });
      return;
    case 'remove':
      return remove(step.path);
    case 'remove-cgroups':
      return removeLeftoverCgroups(step.storageDirectory);
  }
}

async function kill(target: ProcessIdentity): Promise<void> {
  if (!isRunning(target)) return;
  try {
    process.kill(target.pid, 'SIGKILL');
  } catch (error) {
    // It may have ended since; then there is nothing to wait for either.
    if (isRunning(target)) throw error;
  }
  await waitUntil(() => !isRunning(target), {
    what: `process ${String(target.pid)} is gone`,
    deadlineMs: CLEANUP_DEADLINE_MS,
    intervalMs: 5,
  });
}

// The order matters: a program whose parent is killed before it falls to process 1, which may take its time to take note of
// its end, and until then its namespace is not gone either.
async function killChildren(parent: ProcessIdentity): Promise<void> {
  for (const child of childrenOf(parent)) await kill(child);
  const ended = { what: 'it has ended', deadlineMs: ENDS_BY_ITSELF_DEADLINE_MS, intervalMs: 5 };
  await waitUntil(() => !isRunning(parent), ended).catch(() => kill(parent));
}

async function remove(path: string): Promise<void> {
  for (const point of await mountsBelow(path)) await runCommand(['umount', '--lazy', point]);
  if ((await mountsBelow(path)).length > 0) throw new Error(`${path} is not removed: something is still mounted there`);
  await rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
}
