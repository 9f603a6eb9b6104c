import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startFakeEdgeApi } from '@k4e/core/testing';
import { expect, test } from 'vitest';

/** The programs of `examples/`, as a reader starts them. */
const examples = join(import.meta.dirname, '..', '..', 'examples');

test('embedded-agent registers, tells what happens, and ends with its program', async () => {
  await using cleanup = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), 'k4e-example-'));
  cleanup.defer(() => rm(directory, { recursive: true, force: true }));
  const api = await startFakeEdgeApi();
  cleanup.defer(() => api.stop());
  api.setKnown(false);
  const program = join(examples, 'embedded-agent', 'main.ts');
  const child = spawn(process.execPath, ['--conditions=@k4e/source', program, 'pump-17', api.url, directory], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  cleanup.defer(() => void child.kill('SIGKILL'));
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  const ended = once(child, 'close');
  const hasRegistered = (): boolean => api.requests().some(({ body }) => body.includes('"registration"'));
  await expect.poll(hasRegistered, { timeout: 30_000 }).toBe(true);
  api.setKnown(true);
  await expect.poll(() => out, { timeout: 30_000 }).toBe('the control plane knows this device\n');
  child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
  expect(out).toBe('the control plane knows this device\nstopped; workloads go on\n');
});
