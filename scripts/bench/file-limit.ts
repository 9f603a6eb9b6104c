import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Most files that a process may have open now, and that it may ask for. */
async function fileLimits(): Promise<{ readonly soft: number; readonly hard: number }> {
  const line = /^Max open files\s+(\d+)\s+(\d+)/m.exec(await readFile('/proc/self/limits', 'utf8'));
  return { soft: Number(line?.[1] ?? 0), hard: Number(line?.[2] ?? 0) };
}

/** Lets this process, and those that it starts, have so many files open if the system allows; resolves to how many it may. */
export async function raiseFileLimit(wanted: number): Promise<number> {
  const { soft, hard } = await fileLimits();
  if (soft >= wanted) return soft;
  for (const limit of [Math.max(hard, wanted), hard]) {
    await run('prlimit', [`--pid=${String(process.pid)}`, `--nofile=${String(limit)}`]).catch(() => undefined);
    const now = (await fileLimits()).soft;
    if (now >= wanted) return now;
  }
  return (await fileLimits()).soft;
}
