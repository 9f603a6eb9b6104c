import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import type { Progress } from '../parts/index.ts';
import { childrenOf, startDaemon, waitUntil } from '../processes/index.ts';
import type { Undo } from '../processes/index.ts';

/** How long the podman before may take to be done: below the time that a test's set-up has. */
const TURN_DEADLINE_MS = 240_000;
const WAIT_NOTICE_MS = 1000;

/** What a turn is taken for. */
export interface TurnOptions {
  readonly signal?: AbortSignal;
  readonly lockFile: string;
  /** Holds the log. */
  readonly directory: string;
  readonly progress: Progress;
}

/**
 * Waits until no other podman of the testbed uses the machine's own network, and keeps the others waiting from then on: they
 * would remove each other's bridge and give the same addresses. The lock is the kernel's (`flock`), held by a process on the
 * leash, so that it outlasts this process until all that this one began afterwards is undone.
 */
export async function takeTurn(options: TurnOptions, undo: Undo): Promise<void> {
  const { signal, lockFile, directory, progress } = options;
  await mkdir(dirname(lockFile), { recursive: true });
  const command = ['flock', lockFile, 'sleep', 'infinity'];
  const holder = await startDaemon({ command, logFile: join(directory, 'turn.log'), waitsForChild: true });
  undo(() => holder.stop());
  const notice = setTimeout(() => {
    progress(`waiting for another podman on this machine, which holds ${lockFile}`);
  }, WAIT_NOTICE_MS);
  try {
    // It starts the program once it has the lock.
    await waitUntil(() => childrenOf(holder.process).length > 0, {
      ...(signal === undefined ? {} : { signal }),
      what: `no other podman on this machine holds ${lockFile}`,
      deadlineMs: TURN_DEADLINE_MS,
      intervalMs: 20,
    });
  } finally {
    clearTimeout(notice);
  }
}
