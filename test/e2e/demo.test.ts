import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describeWithPart } from '@k4e/testbed/vitest';
import { expect, test } from 'vitest';
import * as z from 'zod';

/** The README's promise: one command shows the main job, step by step, and says so to programs. */
const root = join(import.meta.dirname, '..', '..');
const STEPS = ['registered', 'matched', 'delivered', 'port-opened', 'running', 'served', 'status', 'uploaded'];
const lineSchema = z.strictObject({ step: z.string(), ok: z.literal(true), ms: z.int().min(0) });
const demo = (...args: string[]) =>
  promisify(execFile)(process.execPath, [join(root, 'scripts', 'demo.mjs'), ...args], { cwd: root });

await describeWithPart(['podman', 'workload-image'], 'npm run demo', () => {
  test('-- --once --json prints a line for each step, and nothing else on standard output', async () => {
    const { stdout } = await demo('--once', '--json');
    const lines = stdout.trimEnd().split('\n');
    expect(lines.map((line) => lineSchema.parse(JSON.parse(line)).step)).toEqual(STEPS);
  });

  test('leaves no firewall table behind', async () => {
    const { stdout } = await promisify(execFile)('nft', ['list', 'tables']);
    expect(stdout).not.toContain('k4e_local');
  });

  test('refuses a flag that it does not know, by name', async () => {
    await expect(demo('--onec')).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringContaining("Unknown option '--onec'") as string,
    });
  });
});
