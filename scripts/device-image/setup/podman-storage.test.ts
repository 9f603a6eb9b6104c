import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isBeyondRepair, removeDamaged } from './podman-storage.ts';

test.each([
  // Podman 5.4.2 with a database, or an index, that was cut short.
  'Error: beginning transaction: database disk image is malformed',
  'Error: loading primary layer store data: loading "/var/lib/containers/storage/overlay-layers/layers.json": []*storage.Layer: storage.Layer.ID: readStringSlowPath: unexpected end of input',
  'Error: creating runtime: file is not a database',
])('storage of which nothing can be opened is beyond repair: %s', (said) => {
  expect(isBeyondRepair(said)).toBe(true);
});

test.each([
  '',
  'Error: write /var/lib/containers/storage/db.sql: no space left on device',
  'Error: kernel does not support overlay fs: operation not permitted',
  'Error: configure storage: creating lock file: read-only file system',
  'Error: starting container 1: mounting storage: readlink /var/lib/containers/storage/overlay/l: invalid argument',
])('what may pass, or is the trouble of one container, is not: %s', (said) => {
  expect(isBeyondRepair(said)).toBe(false);
});

test('what was set aside is removed, whatever of that a cut has left; volumes are kept', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'k4e-storage-'));
  const [storage, damaged] = [join(directory, 'storage'), join(directory, 'storage.damaged')];
  const left = async () => (await readdir(directory, { recursive: true })).sort();
  try {
    await mkdir(join(storage, 'volumes', 'data'), { recursive: true });
    await writeFile(join(storage, 'db.sql'), 'torn');
    await removeDamaged(storage);
    expect(await left()).toEqual(['storage', 'storage/db.sql', 'storage/volumes', 'storage/volumes/data']);

    await rename(storage, damaged);
    await removeDamaged(storage);
    const kept = ['storage', 'storage/volumes', 'storage/volumes/data'];
    expect(await left()).toEqual(kept);

    await mkdir(join(damaged, 'overlay'), { recursive: true });
    await removeDamaged(storage);
    expect(await left()).toEqual(kept);
  } finally {
    await rm(directory, { recursive: true });
  }
});
