import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { waitUntil } from '@k4e/testbed';

const PROGRAM = join(import.meta.dirname, '..', '..', 'src', 'bin', 'k4e-operator.ts');
const START_DEADLINE_MS = 60_000;

/** An operator as a process of its own. */
export interface OperatorProcess {
  readonly edgeUrl: string;
  readonly opsUrl: string;
  /** All lines of its log. */
  readonly lines: readonly string[];
  /** Whether `/readyz` says so. */
  isReady(): Promise<boolean>;
  /** The text of `/metrics`. */
  metrics(): Promise<string>;
  /** Ends it at once. Resolves when it is gone. */
  kill(): Promise<void>;
  /** Asks it to end (SIGTERM), and resolves with its status. */
  stop(): Promise<number | null>;
}

/** Starts the program on free ports of loopback, and resolves when it is ready. `words` are further arguments. */
export async function startOperatorProcess(words: readonly string[]): Promise<OperatorProcess> {
  const ports = ['--edge-address', '127.0.0.1:0', '--metrics-addr', '127.0.0.1:0'];
  const child = spawn(process.execPath, ['--conditions=@k4e/source', PROGRAM, ...ports, ...words], {
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const lines: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => lines.push(line));
  let hasEnded = false;
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', (status) => {
      hasEnded = true;
      resolve(status);
    });
  });
  const end = (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal);
    return ended;
  };
  const urlOf = (name: string): string | undefined =>
    lines.flatMap((line) => new RegExp(`"${name}":\\[?"([^"]+)"`).exec(line)?.[1] ?? [])[0];
  const ask = async (path: string): Promise<{ status: number; text: string }> => {
    const answer = await fetch(`${urlOf('opsUrls') ?? ''}${path}`);
    return { status: answer.status, text: await answer.text() };
  };
  const isReady = async (): Promise<boolean> => (await ask('/readyz')).status === 200;
  const untilReady = waitUntil(
    () => {
      if (hasEnded) throw new Error(`the operator ended: ${lines.join('\n')}`);
      return urlOf('opsUrls') !== undefined && isReady();
    },
    { what: 'the operator is ready', deadlineMs: START_DEADLINE_MS },
  );
  await untilReady.catch(async (error: unknown) => {
    await end('SIGKILL');
    throw new Error(lines.join('\n'), { cause: error });
  });
  return {
    edgeUrl: urlOf('edgeUrl') ?? '',
    opsUrl: urlOf('opsUrls') ?? '',
    lines,
    isReady,
    metrics: async () => (await ask('/metrics')).text,
    kill: async () => {
      await end('SIGKILL');
    },
    stop: () => end('SIGTERM'),
  };
}
