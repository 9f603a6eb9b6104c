import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { runCommand } from '../../src/index.ts';
import type { CommandResult } from '../../src/index.ts';

const PROGRAM = fileURLToPath(new URL('../../src/prepare.ts', import.meta.url));

describe('prepare, on a machine without Go', () => {
  let cache: string;
  let bin: string;
  beforeAll(async () => {
    cache = await mkdtemp(join(tmpdir(), 'k4e-prepare-test-'));
    bin = join(cache, 'bin');
    await mkdir(bin);
    for (const program of ['flock', 'cat', 'tar']) await symlink(join('/usr/bin', program), join(bin, program));
  });
  afterAll(() => rm(cache, { recursive: true, force: true }));

  it('says of every part what was tried and what follows, and goes on', async () => {
    const { code, stdout, stderr } = await prepare({});
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { part: string; ok: boolean });
    expect(lines.map(({ part, ok }) => [part, ok])).toEqual([
      ['workload-image', true],
      ['control-plane', false],
    ]);
    expect(lines[1]).toMatchObject({
      reason: expect.stringContaining('Go is not installed') as string,
    });
    expect(stderr).toContain('the tests that need it will be skipped');
    expect(code).toBe(0);
  });

  it('fails under K4E_REQUIRE_ALL=1', async () => {
    const { code, stderr } = await prepare({ K4E_REQUIRE_ALL: '1' });
    expect(stderr).toContain('KUBEBUILDER_ASSETS is not set');
    expect(code).toBe(1);
  });

  it('refuses a part that there is not, by its name', async () => {
    const { code, stderr } = await runCommand([process.execPath, '--conditions=@k4e/source', PROGRAM, 'kitchen-sink']);
    expect(stderr).toContain('no such part: kitchen-sink');
    expect(code).toBe(1);
  });

  function prepare(env: Readonly<Record<string, string>>): Promise<CommandResult> {
    return runCommand(
      [process.execPath, '--conditions=@k4e/source', PROGRAM, '--json', 'workload-image', 'control-plane'],
      {
        env: { PATH: bin, XDG_CACHE_HOME: cache, HOME: cache, ...env },
      },
    );
  }
});
