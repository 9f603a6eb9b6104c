/** Takes one line for the person who waits. */
export type Progress = (line: string) => void;

/** How often a long step says that it goes on. */
export const PROGRESS_INTERVAL_MS = 30_000;

/** Writes lines to standard error: standard output belongs to the program that needs the parts. */
export function progressOnStderr(line: string): void {
  process.stderr.write(`k4e testbed: ${line}\n`);
}

/** Does `work`, says before it `what` it is, every 30 s that it goes on, and at the end how long it took. */
export async function withProgress<T>(progress: Progress, what: string, work: () => Promise<T>): Promise<T> {
  const startedMs = Date.now();
  const seconds = (): string => `${String(Math.round((Date.now() - startedMs) / 1000))} s`;
  progress(`${what} ...`);
  const timer = setInterval(() => {
    progress(`${what}: ${seconds()} so far`);
  }, PROGRESS_INTERVAL_MS);
  try {
    const result = await work();
    progress(`${what}: done in ${seconds()}`);
    return result;
  } finally {
    clearInterval(timer);
  }
}
