import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

import type { CleanupStep } from './cleanup-step.ts';
import { hold } from './leash.ts';
import { identifyProcess, isRunning } from './process-identity.ts';
import type { ProcessIdentity } from './process-identity.ts';
import { waitUntil } from './wait-until.ts';

/** How a long-running program is started. */
export interface DaemonOptions {
  readonly command: readonly string[];
  /** Where its output goes. */
  readonly logFile: string;
  /** The whole environment. Default: that of this process. */
  readonly env?: NodeJS.ProcessEnv;
  /** The command only starts another program and waits for it (`nsenter --pid`, `unshare --fork`): that is what is stopped. Default false. */
  readonly waitsForChild?: boolean;
  /** What is to be undone once it is gone. */
  readonly afterwards?: readonly CleanupStep[];
}

/** A program that runs until it is stopped, and never longer than this process. */
export interface Daemon {
  readonly process: ProcessIdentity;
  isRunning(): boolean;
  /** The end of its log, for an error message. */
  logTail(): Promise<string>;
  /** Asks it with SIGTERM, and kills it after `graceMs`. Default 0: kills at once. Resolves when it is gone. */
  stop(options?: { readonly graceMs?: number }): Promise<void>;
}

const LOG_TAIL_LENGTH = 2000;

/** Starts a program. Fails when it cannot be started; whether it is of use yet is the caller's to find out. */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const child = await spawnLogged(options);
  const identity = identifyProcess(child.pid ?? 0);
  if (identity === undefined)
    throw new Error(`${options.command[0] ?? ''} ended at once: ${await tail(options.logFile)}`);
  const kill: CleanupStep = { kind: options.waitsForChild === true ? 'kill-children' : 'kill', process: identity };
  const held = hold([kill, ...(options.afterwards ?? [])]);
  return {
    process: identity,
    isRunning: () => isRunning(identity),
    logTail: () => tail(options.logFile),
    stop: async ({ graceMs = 0 } = {}) => {
      if (graceMs > 0 && isRunning(identity)) await stopGently(identity, graceMs);
      await held.release();
    },
  };
}

async function spawnLogged(options: DaemonOptions): Promise<ChildProcess> {
  const [file = '', ...args] = options.command;
  const log = openSync(options.logFile, 'a');
  try {
    const child = spawn(file, args, { stdio: ['ignore', log, log], detached: true, env: options.env });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', (error) => {
        reject(new Error(`${file} did not start: ${error.message}`, { cause: error }));
      });
    });
    child.unref();
    return child;
  } finally {
    closeSync(log);
  }
}

async function stopGently(identity: ProcessIdentity, graceMs: number): Promise<void> {
  try {
    process.kill(identity.pid, 'SIGTERM');
  } catch {
    return;
  }
  const gone = waitUntil(() => !isRunning(identity), { what: 'it has ended', deadlineMs: graceMs, intervalMs: 10 });
  await gone.catch(() => undefined);
}

async function tail(logFile: string): Promise<string> {
  const log = await readFile(logFile, 'utf8').catch(() => '');
  return log.slice(-LOG_TAIL_LENGTH).trim();
}
