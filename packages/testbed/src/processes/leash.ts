import { spawn } from 'node:child_process';
import { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';

import { performCleanup } from './cleanup-step.ts';
import type { CleanupStep } from './cleanup-step.ts';

/** What a part has on the machine, and how it is undone. */
export interface Held {
  /** Undoes it now and lets go. Undone once, however often it is called. Fails with all that went wrong. */
  release(): Promise<void>;
}

/**
 * Holds `steps` until `release()`, or until this process is gone, in whatever way: then a small process beside it, which
 * notices by the end of its standard input, does them. It is started with the first thing held, one for this process, and
 * ends with it. What was held last is undone first.
 */
export function hold(steps: readonly CleanupStep[]): Held {
  const id = String(nextId++);
  tell({ hold: id, steps });
  let released: Promise<void> | undefined;
  const release = async (): Promise<void> => {
    const failures = await performCleanup(steps);
    tell({ drop: id });
    if (failures.length > 0) throw new AggregateError(failures, 'not everything could be cleaned up');
  };
  return { release: () => (released ??= release()) };
}

/** One line of the leash's standard input. */
export type LeashMessage =
  { readonly hold: string; readonly steps: readonly CleanupStep[] } | { readonly drop: string };

// One leash belongs to one operating system process, and so does this state.
let nextId = 1;
let pipe: Writable | undefined;

function tell(message: LeashMessage): void {
  pipe ??= startLeash();
  pipe.write(`${JSON.stringify(message)}\n`);
}

function startLeash(): Writable {
  const program = fileURLToPath(new URL('./leash-process.ts', import.meta.url));
  const child = spawn(process.execPath, [program], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  child.on('error', () => undefined);
  child.unref();
  child.stdin.on('error', () => undefined);
  if (child.stdin instanceof Socket) child.stdin.unref();
  return child.stdin;
}
