import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FakeEdgeApi } from '@k4e/core/testing';
import { startFakeEdgeApi } from '@k4e/core/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readStatusFile } from '../../src/host/status/index.ts';
import { parsePidFile } from '../../src/host/workers/pid-files.ts';
import { identifyProcess } from '../../src/host/processes/index.ts';

const PROGRAM = join(import.meta.dirname, '../../src/bin/k4e-agent.ts');
const DEADLINE = { timeout: 30_000 };

let api: FakeEdgeApi;
let directory: string;
let child: ChildProcess | undefined;
beforeEach(async () => {
  api = await startFakeEdgeApi({ holdsPolls: true });
  directory = await mkdtemp(join(tmpdir(), 'k4e-split-'));
});
afterEach(async () => {
  child?.kill('SIGKILL');
  const worker = await workerPid();
  if (worker !== undefined) process.kill(worker, 'SIGKILL');
  await api.stop();
  await rm(directory, { recursive: true });
});

const runDir = (): string => join(directory, 'run');

const statusFile = (): string => join(directory, 'status.json');

/** The worker that the gateway has noted, if it still runs; `undefined` when there is none. */
async function workerPid(): Promise<number | undefined> {
  const text = await readFile(join(runDir(), 'workers', 'k4e-device-worker.pid'), 'utf8').catch(() => '');
  const noted = parsePidFile(text);
  const now = noted === undefined ? undefined : await identifyProcess(noted.pid);
  return now !== undefined && now.startTime === noted?.startTime ? now.pid : undefined;
}

async function start() {
  const settings = {
    gateway: { runDir: runDir(), workersDir: join(directory, 'workers'), tagsFile: join(directory, 'tags.toml') },
    firewall: { kind: 'none' },
    statusFile: statusFile(),
  };
  const file = join(directory, 'agent.yaml');
  await writeFile(file, JSON.stringify(settings));
  await writeFile(join(directory, 'tags.toml'), 'site = "north"\n');
  const flags = ['--split', '--json', '--config', file, '--control-plane', api.url, '--device-id', 'edge-1'];
  const places = ['--state-dir', join(directory, 'state'), '--podman-socket', join(directory, 'no-podman.sock')];
  const node = ['--conditions=@k4e/source', '--disable-warning=ExperimentalWarning', PROGRAM];
  const program = spawn(process.execPath, [...node, ...flags, ...places], { stdio: ['ignore', 'ignore', 'pipe'] });
  child = program;
  let log = '';
  program.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const lines = (): Record<string, unknown>[] =>
    log
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { program, lines, ended: once(program, 'exit') };
}

const taken = (directive: string): number => api.taken().filter((message) => message.directive === directive).length;

test('a device in two processes from one command: both work, a worker that dies is there again, and both end', async () => {
  const { program, lines, ended } = await start();
  await expect.poll(() => taken('registration'), DEADLINE).toBe(1);
  const told = (): unknown => api.taken().findLast(({ type }) => type === 'connection-status')?.content;
  await expect
    .poll(told, DEADLINE)
    .toMatchObject({ state: 'online', dispatchers: { device: {} }, tags: { site: 'north' } });
  const first = await workerPid();
  await expect
    .poll(() => readStatusFile(statusFile()), DEADLINE)
    .toMatchObject({ deviceId: 'edge-1', agent: { pid: first }, controlPlane: { url: api.url, state: 'connected' } });
  expect(first).toBeDefined();
  if (first !== undefined) process.kill(first, 'SIGKILL');
  await expect.poll(() => taken('registration'), DEADLINE).toBeGreaterThan(1);
  const second = await workerPid();
  expect([second === undefined, second === first]).toEqual([false, false]);
  program.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
  expect(await identifyProcess(second ?? 0)).toBeUndefined();
  expect(await readStatusFile(statusFile())).toBeUndefined();
  const ofWorker = lines().filter(({ worker }) => worker === 'k4e-device-worker');
  expect(ofWorker).toContainEqual(
    expect.objectContaining({ level: 'info', message: 'k4e-device-worker begins', deviceId: 'edge-1' }),
  );
});
