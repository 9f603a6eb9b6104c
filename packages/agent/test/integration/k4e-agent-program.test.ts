import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { FakeEdgeApi } from '@k4e/core/testing';
import { startFakeEdgeApi } from '@k4e/core/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';

const PROGRAM = join(import.meta.dirname, '../../src/bin/k4e-agent.ts');
const DEADLINE_MS = 30_000;

let api: FakeEdgeApi;
let directory: string;
let running: ChildProcess | undefined;
beforeEach(async () => {
  api = await startFakeEdgeApi();
  directory = await mkdtemp(join(tmpdir(), 'k4e-agent-'));
});
afterEach(async () => {
  running?.kill('SIGKILL');
  await api.stop();
  await rm(directory, { recursive: true });
});

const NODE = ['--conditions=@k4e/source', '--disable-warning=ExperimentalWarning', PROGRAM];
const statusFile = (): string => join(directory, 'run', 'status.json');

/** Starts the program as a device would, without podman and firewall. */
function start(...args: readonly string[]) {
  const own = ['--control-plane', api.url, '--state-dir', join(directory, 'state'), '--firewall', 'none'];
  const away = ['--podman-socket', join(directory, 'no-podman.sock'), '--status-file', statusFile()];
  const child = spawn(process.execPath, [...NODE, ...own, ...away, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  running = child;
  const err = text(child.stderr);
  return { child, err, ended: once(child, 'exit') };
}

test('a device registers with its hardware, and SIGTERM ends it with 0', async () => {
  api.setKnown(false);
  const { child, err, ended } = start('--device-id', 'edge-1', '--json');
  await expect.poll(() => registrations().length, { timeout: DEADLINE_MS }).toBeGreaterThan(0);
  child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
  const lines = (await err)
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
  expect(lines[0]).toMatchObject({ message: 'k4e-agent begins', deviceId: 'edge-1', controlPlane: api.url });
  expect(lines.at(-1)).toMatchObject({ message: 'stopped; workloads go on' });
  expect(registrations()[0]).toContain('"architecture"');
});

/** Refused ones are among them: a control plane that does not know a device answers 404 here. */
function registrations(): readonly string[] {
  return api.requests().flatMap(({ body }) => (body.includes('"registration"') ? [body] : []));
}

/** What `k4e-agent status` says, and with which exit status. */
async function askStatus(): Promise<readonly [code: unknown, report: unknown]> {
  const args = ['status', '--json', '--status-file', statusFile()];
  const child = spawn(process.execPath, [...NODE, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const out = await text(child.stdout);
  await ended;
  return [child.exitCode, JSON.parse(out)];
}

test('how it fares can be asked as long as it lives, and not what it left when it was killed', async () => {
  const first = start('--device-id', 'edge-1');
  const report = { isRunning: true, deviceId: 'edge-1', agent: { pid: first.child.pid } };
  const controlPlane = { url: api.url, state: 'connected' };
  await expect.poll(askStatus, { timeout: DEADLINE_MS }).toMatchObject([0, { ...report, controlPlane }]);
  first.child.kill('SIGKILL');
  await first.ended;
  expect(await readdir(dirname(statusFile()))).toContain('status.json');
  expect(await askStatus()).toMatchObject([4, { isRunning: false }]);
  const second = start('--device-id', 'edge-1');
  await expect.poll(askStatus, { timeout: DEADLINE_MS }).toMatchObject([0, { agent: { pid: second.child.pid } }]);
  second.child.kill('SIGTERM');
  await second.ended;
  expect(await readdir(dirname(statusFile()))).toEqual(['status.json.changed']);
});

test('without a control plane it goes on, and can be stopped', async () => {
  const { url } = api;
  await api.stop();
  const { child, err, ended } = start('--device-id', 'edge-1', '--control-plane', url);
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
  await expect.poll(() => log, { timeout: DEADLINE_MS }).toContain('ECONNREFUSED');
  expect(child.exitCode).toBeNull();
  child.kill('SIGINT');
  expect(await ended).toEqual([0, null]);
  await err;
  api = await startFakeEdgeApi();
});

test('a mistake ends it with 2, in one line of words', async () => {
  const { err, ended } = start('--device-id', 'Edge One');
  expect(await ended).toEqual([2, null]);
  expect(await err).toBe(
    'k4e-agent: --device-id: must be a DNS label: 1 to 63 lower-case letters, digits and inner hyphens\n',
  );
});
