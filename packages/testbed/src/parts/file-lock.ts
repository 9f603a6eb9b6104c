import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

import type { Progress } from './progress.ts';

/** How long a lock may be waited for: the longest build of a part on a slow machine, twice. */
export const LOCK_DEADLINE_SECONDS = 1800;

const WAIT_NOTICE_MS = 1000;

/**
 * Does `work` while no other process does any under the same lock file. The lock is the kernel's (`flock`), held by a child
 * that lives as long as its standard input: a process that dies never leaves it behind.
 */
export async function withFileLock<T>(lockFile: string, progress: Progress, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(lockFile), { recursive: true });
  const holder = spawn('flock', ['--timeout', String(LOCK_DEADLINE_SECONDS), lockFile, 'cat'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  holder.stdin.on('error', () => undefined);
  const notice = setTimeout(() => {
    progress(`waiting for another process that holds ${lockFile}`);
  }, WAIT_NOTICE_MS);
  try {
    holder.stdin.write('held\n');
    const ended = once(holder, 'close').then(() => Promise.reject(new Error(`could not lock ${lockFile}`)));
    await Promise.race([once(holder.stdout, 'data'), ended]);
    ended.catch(() => undefined);
    clearTimeout(notice);
    return await work();
  } finally {
    clearTimeout(notice);
    holder.stdin.end();
  }
}
