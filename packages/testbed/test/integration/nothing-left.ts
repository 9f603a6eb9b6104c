import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

import { runCommand, waitUntil } from '../../src/index.ts';
import { mountsBelow } from '../../src/processes/index.ts';
import { programsOf } from './programs-of.ts';

/** Fails when a process, a mount or a file of what was started in `directory` is still there. */
export async function expectNothingLeft(directory: string): Promise<void> {
  expect(programsOf(directory)).toEqual([]);
  expect(await mountsBelow(directory)).toEqual([]);
  expect(existsSync(directory)).toBe(false);
}

/** Starts a part in a process that kills itself, and fails when something of it is left a while later. */
export async function expectNothingLeftAfterDeath(part: string): Promise<void> {
  const program = fileURLToPath(new URL('./start-and-die.ts', import.meta.url));
  const { code, stdout, stderr } = await runCommand([process.execPath, '--conditions=@k4e/source', program, part]);
  expect(code, stderr).toBe(-1);
  const directory = stdout.trim();
  expect(directory).toMatch(/^\/.*k4e-testbed-/);
  await waitUntil(() => !existsSync(directory), { what: 'the directory is gone', deadlineMs: 60_000 });
  await expectNothingLeft(directory);
}
