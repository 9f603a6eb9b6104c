import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EDGE_DEVICE } from '@k4e/core/resources';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openStore } from './open-store.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'k4e-idle-'));
});
afterEach(() => rm(directory, { recursive: true }));

test('applies that change nothing and writes that are refused touch no disk', async () => {
  const file = join(directory, 'k4e.db');
  const store = openStore(file);
  const metadata = { namespace: 'n', name: 'd' };
  const beat = (phase: string) =>
    store.apply(EDGE_DEVICE, { metadata, status: { phase } }, { owner: 'x', subresource: 'status' });
  await store.apply(EDGE_DEVICE, { metadata }, { owner: 'x' });
  await beat('up');
  const written = async (): Promise<readonly unknown[]> =>
    Promise.all([file, `${file}-wal`].map(async (path) => [(await stat(path)).size, (await stat(path)).mtimeMs]));
  const before = await written();
  for (let index = 0; index < 20; index++) {
    await beat('up');
    await store.create(EDGE_DEVICE, { metadata }).catch(() => undefined);
    await store.delete(EDGE_DEVICE, { namespace: 'n', name: 'nobody' });
  }
  expect(await written()).toEqual(before);
  await beat('degraded');
  expect(await written()).not.toEqual(before);
  await store.close();
});
