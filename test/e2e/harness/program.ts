import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { waitUntil } from '@k4e/testbed';

const START_DEADLINE_MS = 20_000;
const END_DEADLINE_MS = 30_000;
const LAST_LINES = 25;

/** How a program is started. */
export interface ProgramOptions {
  readonly name: string;
  readonly command: readonly string[];
  /** What the command line begins with so that it runs in other namespaces: `enter` of a podman or a device. */
  readonly enter?: readonly string[];
  /** Where its output goes; appended to. */
  readonly logFile: string;
}

/** A running program, a process of its own. */
export interface Program {
  readonly name: string;
  readonly isRunning: () => boolean;
  /** Its exit status once it has ended; 128 and the signal's number where a signal ended it. */
  readonly ended: Promise<number>;
  /** The end of its log, for messages of failures. */
  readonly lastLines: () => string;
  /** SIGKILL; resolves when it is gone. */
  readonly kill9: () => Promise<void>;
  /** SIGTERM; resolves with its exit status. */
  readonly terminate: () => Promise<number>;
}

/** Starts a program; resolves when the process is there. It does not outlive this process. */
export async function startProgram(options: ProgramOptions): Promise<Program> {
  const { name, command, enter = [], logFile } = options;
  const log = openSync(logFile, 'a');
  const words = ['--pdeathsig=KILL', ...enter, ...command];
  const child = spawn('setpriv', words, { stdio: ['ignore', log, log], env: { PATH: process.env.PATH } });
  closeSync(log);
  const ended = new Promise<number>((resolve) => {
    child.once('error', () => resolve(-1));
    child.once('exit', (code, signal) => resolve(code ?? (signal === 'SIGKILL' ? 137 : 128)));
  });
  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null;
  const lastLines = (): string => readFileSync(logFile, 'utf8').trim().split('\n').slice(-LAST_LINES).join('\n');
  const pid = await waitUntil(() => pidOf(child, enter.length > 0, isRunning), {
    what: `${name} is a process`,
    deadlineMs: START_DEADLINE_MS,
    intervalMs: 5,
  });
  const end = async (signal: NodeJS.Signals): Promise<number> => {
    if (isRunning()) send(pid, signal);
    const over = new AbortController();
    const tooLong = delay(END_DEADLINE_MS, undefined, { signal: over.signal }).then((): never => {
      throw new Error(`${name} does not end on ${signal}:\n${lastLines()}`);
    });
    return Promise.race([ended, tooLong]).finally(() => over.abort());
  };
  return {
    name,
    isRunning,
    ended,
    lastLines,
    kill9: async () => {
      await end('SIGKILL');
    },
    terminate: () => end('SIGTERM'),
  };
}

// `nsenter --pid` forks and waits: the program is its only child.
function pidOf(child: ChildProcess, isEntered: boolean, isRunning: () => boolean): number | undefined {
  const { pid } = child;
  if (pid === undefined || !isRunning()) throw new Error(`${child.spawnargs.join(' ')} did not start`);
  if (!isEntered) return pid;
  const children = readFileSync(`/proc/${String(pid)}/task/${String(pid)}/children`, 'utf8').trim();
  return children === '' ? undefined : Number(children.split(' ')[0]);
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended since.
  }
}
