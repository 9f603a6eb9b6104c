import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { runChecked } from '../../src/processes/index.ts';
import { openPartCache } from '../../src/parts/index.ts';

describe('the cache of parts', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'k4e-cache-test-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  it('makes a part once', async () => {
    const cache = openPartCache(directory, () => undefined);
    let made = 0;
    const make = async (path: string): Promise<void> => {
      made += 1;
      await writeFile(path, 'the part');
    };
    expect(await cache.find('part-1')).toBeUndefined();
    const path = await cache.findOrMake('part-1', make);
    expect(await cache.findOrMake('part-1', make)).toBe(path);
    expect(await cache.find('part-1')).toBe(path);
    expect(await readFile(path, 'utf8')).toBe('the part');
    expect(made).toBe(1);
  });

  it('has nothing of a part whose making failed half way', async () => {
    const cache = openPartCache(directory, () => undefined);
    const failing = cache.findOrMake('part-1', async (path) => {
      await writeFile(path, 'half of');
      throw new Error('the disk is full');
    });
    await expect(failing).rejects.toThrow('the disk is full');
    expect(await cache.find('part-1')).toBeUndefined();
    expect(await readdir(join(directory, 'unfinished'))).toEqual([]);
  });

  it('makes a part once for two processes that want it at the same moment', async () => {
    const program = fileURLToPath(new URL('./make-slowly.ts', import.meta.url));
    const command = [process.execPath, '--conditions=@k4e/source', program, directory];
    const said = await Promise.all([runChecked(command), runChecked(command)]);
    expect(said.map((line) => line.trim()).sort()).toEqual(['found', 'made']);
  });
});
