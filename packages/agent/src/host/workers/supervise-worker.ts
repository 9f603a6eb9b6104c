import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { backoffDelayMs, errorText, sleep } from '@k4e/core';
import type { Backoff } from '@k4e/core';
import type { Clock, Logger, WorkerHub } from '@k4e/core/ports';
import { signalGroup } from './end-process.ts';
import { followOutput } from './follow-output.ts';
import { readOutputLine } from './read-output-line.ts';
import { pidFileOf, removePidFile, writePidFile } from './pid-files.ts';
import { identifyProcess } from '../processes/index.ts';
import type { WorkerFile } from './worker-files.ts';

/** Waits before a worker that has ended is started again; it is never given up. */
export const RESTART_BACKOFF: Backoff = { firstMs: 1_000, maxMs: 60_000, factor: 2, jitter: 0.2 };
/** A worker that ran as long as this is healthy: its next end is a first one. In milliseconds. */
export const HEALTHY_RUN_MS = 60_000;
/** How long the output of a process that has ended is read, in milliseconds: its children may hold it open. */
const LAST_OUTPUT_MS = 500;

/** What running a worker takes. `random` gives numbers in [0, 1). */
export interface SuperviseWorkerParts {
  readonly hub: Pick<WorkerHub, 'release'>;
  readonly environment: Readonly<Record<string, string>>;
  readonly pidDirectory: string;
  readonly graceMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly random: () => number;
  readonly backoff?: Backoff | undefined;
}

/** Runs a worker, again and again, until `signal` fires; then ends it. Never rejects. */
export async function superviseWorker(
  file: WorkerFile,
  parts: SuperviseWorkerParts,
  { signal }: { readonly signal: AbortSignal },
): Promise<void> {
  const { clock, random, backoff = RESTART_BACKOFF } = parts;
  const logger = parts.logger.child({ worker: file.name });
  const hasEnded = (): boolean => signal.aborted;
  for (let failures = 0; !hasEnded();) {
    const startedAtMs = clock.monotonicMs();
    const end = await runOnce(file, { ...parts, logger }, signal).catch((error: unknown) => ({
      error: errorText(error),
    }));
    if (hasEnded()) return;
    failures = clock.monotonicMs() - startedAtMs >= HEALTHY_RUN_MS ? 1 : failures + 1;
    const retryInMs = backoffDelayMs(backoff, failures, random);
    logger.error('a worker has ended, and will be started again', { ...end, retryInMs });
    await sleep(clock, retryInMs, { signal }).catch(() => undefined);
  }
}

async function runOnce(file: WorkerFile, parts: SuperviseWorkerParts, signal: AbortSignal): Promise<object> {
  const { environment, hub, pidDirectory } = parts;
  const child = spawn(file.path, file.args ?? [], {
    ...{ cwd: '/', env: environment, stdio: ['ignore', 'pipe', 'pipe'] },
    // A group of its own: it is ended with all that it has started, and hears no signals of our terminal.
    detached: true,
  });
  const ended = waitForEnd(child);
  const { pid } = child;
  if (pid === undefined) return ended;
  readOutput(child, parts);
  const stopEnding = endOnSignal(child, pid, parts, signal);
  await notePid(file.name, pid, parts);
  const end = await ended;
  stopEnding();
  hub.release(pid);
  await removePidFile(pidFileOf(pidDirectory, file.name)).catch(() => undefined);
  return end;
}

async function waitForEnd(child: ChildProcess): Promise<object> {
  try {
    const [code, endSignal] = (await once(child, 'exit')) as readonly unknown[];
    return { code, signal: endSignal };
  } catch (error) {
    return { error: errorText(error) };
  }
}

async function notePid(name: string, pid: number, { logger, pidDirectory }: SuperviseWorkerParts): Promise<void> {
  try {
    const identity = await identifyProcess(pid);
    if (identity !== undefined) await writePidFile(pidDirectory, name, identity);
    logger.info('a worker runs', { pid });
  } catch (error) {
    logger.warn('the pid file of a worker could not be written', { pid, error: errorText(error) });
  }
}

/** SIGTERM when `signal` fires, SIGKILL after the grace period. The pid stays the child's until its end is known. */
function endOnSignal(child: ChildProcess, pid: number, parts: SuperviseWorkerParts, signal: AbortSignal): () => void {
  let cancel = (): void => undefined;
  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null;
  const onAbort = (): void => {
    if (!isRunning()) return;
    signalGroup(pid, 'SIGTERM');
    cancel = parts.clock.schedule(parts.graceMs, () => {
      parts.logger.warn('a worker does not end by itself, and is killed', { pid });
      if (isRunning()) signalGroup(pid, 'SIGKILL');
    });
  };
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  return () => {
    cancel();
    signal.removeEventListener('abort', onAbort);
  };
}

function readOutput(child: ChildProcess, { clock, logger }: SuperviseWorkerParts): void {
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) return;
  const log = (usual: 'debug' | 'error') => (text: string, suppressed: number) => {
    const { level, message, fields } = readOutputLine(text, usual);
    logger[level](message, suppressed === 0 ? fields : { ...fields, suppressed });
  };
  followOutput(stdout, clock, log('debug'));
  followOutput(stderr, clock, log('error'));
  child.once('exit', () => {
    const cancel = clock.schedule(LAST_OUTPUT_MS, () => [stdout, stderr].forEach((stream) => stream.destroy()));
    child.once('close', cancel);
  });
}
