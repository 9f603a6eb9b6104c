import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { CONFIG_MAP } from '@k4e/core/resources';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openStore } from './open-store.ts';

const WRITER = fileURLToPath(new URL('./writer-process.ts', import.meta.url));
const KILLS = 12;
/** Acknowledged writes after which the writer is killed, at most. */
const MOST_WRITES = 400;

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'k4e-crash-'));
});
afterEach(() => rm(directory, { recursive: true }));

interface Acknowledged {
  readonly value: number;
  readonly version: number;
}

/** Runs the writer until it has acknowledged so many writes, kills it at once, and gives the last acknowledged write of each name. */
async function writeAndKill(file: string, from: number, writes: number): Promise<Map<string, Acknowledged>> {
  const writer = spawn(process.execPath, ['--conditions=@k4e/source', WRITER, file, String(from)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => writer.once('exit', resolve));
  const acknowledged = new Map<string, Acknowledged>();
  let seen = 0;
  for await (const line of createInterface(writer.stdout)) {
    const [name = '', value, version] = line.split(' ');
    acknowledged.set(name, { value: Number(value), version: Number(version) });
    seen += 1;
    if (seen === writes) writer.kill('SIGKILL');
  }
  await ended;
  expect(writer.signalCode).toBe('SIGKILL');
  return acknowledged;
}

test(`a writer that is killed ${KILLS} times loses nothing that it acknowledged`, async () => {
  const file = join(directory, 'k4e.db');
  let from = 0;
  let lastVersion = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const acknowledged = await writeAndKill(file, from, 1 + Math.floor(Math.random() * MOST_WRITES));
    const store = openStore(file);
    const { items, resourceVersion } = await store.list(CONFIG_MAP, {});
    for (const [name, { value, version }] of acknowledged) {
      const found = items.find(({ metadata }) => metadata.name === name);
      expect(Number(found?.data?.value), `${name} after kill ${kill}`).toBeGreaterThanOrEqual(value);
      expect(Number(found?.metadata.resourceVersion)).toBeGreaterThanOrEqual(version);
    }
    const versions = [...acknowledged.values()].map(({ version }) => version);
    expect(Number(resourceVersion)).toBeGreaterThanOrEqual(Math.max(...versions));
    expect(Math.min(...versions)).toBeGreaterThan(lastVersion);
    await expectHistoryUpTo(store, resourceVersion);
    await store.close();
    lastVersion = Number(resourceVersion);
    from += MOST_WRITES * 10;
  }
});

/** Watches go on across the crash: every change from the one before the last is there, and no more. */
async function expectHistoryUpTo(store: ReturnType<typeof openStore>, resourceVersion: string): Promise<void> {
  const before = String(Number(resourceVersion) - 1);
  for await (const event of store.watch(
    CONFIG_MAP,
    {},
    { resourceVersion: before, signal: new AbortController().signal },
  )) {
    expect(event.type === 'bookmark' ? '' : event.resource.metadata.resourceVersion).toBe(resourceVersion);
    return;
  }
}

test('the file belongs to one process: a second is told so, and may have it when the first is gone', async () => {
  const file = join(directory, 'k4e.db');
  const writer = spawn(process.execPath, ['--conditions=@k4e/source', WRITER, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => writer.once('exit', resolve));
  await new Promise((resolve) => writer.stdout.once('data', resolve));
  writer.stdout.resume();
  expect(() => openStore(file)).toThrow(/k4e\.db: another process uses this database/);
  writer.kill('SIGKILL');
  await ended;
  const store = openStore(file);
  expect((await store.list(CONFIG_MAP, {})).items.length).toBeGreaterThan(0);
  await store.close();
});
