import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeDisconnectMarker } from '@k4e/core/link';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createFileStateStore, stateDocumentsOf } from '../../host/state/index.ts';
import { showStatus } from './show-status.ts';
import type { StatusProgram } from './show-status.ts';
import { RUNNING } from './status-report.testing.ts';

let directory: string;
let statusFile: string;
let configFile: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'k4e-status-'));
  statusFile = join(directory, 'status.json');
  configFile = join(directory, 'agent.yaml');
  await configure({ controlPlane: { url: 'http://k4e.example:8888' } });
});
afterEach(() => rm(directory, { recursive: true }));

const configure = (settings: object): Promise<void> =>
  writeFile(configFile, JSON.stringify({ deviceId: 'edge-1', statusFile, stateDir: directory, ...settings }));
const write = (): Promise<void> => {
  const { isRunning: _told, ...status } = RUNNING;
  return writeFile(statusFile, JSON.stringify(status));
};

async function show(args: readonly string[], change: Partial<StatusProgram> = {}, isAlive = true) {
  let out = '';
  let err = '';
  const code = await showStatus({
    ...{ args: ['--config', configFile, ...args], user: { uid: 0, env: {} }, terminal: {} },
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    parts: {
      isAlive: () => Promise.resolve(isAlive),
      readServiceStates: () => Promise.resolve([]),
      readAddresses: () => Promise.resolve([{ interface: 'eth0', address: '192.0.2.7' }]),
    },
    ...change,
  });
  return { code, out, err };
}

describe('of an agent that runs', () => {
  test('it prints how that fares, and ends with 0', async () => {
    await write();
    const { code, out } = await show([]);
    expect(code).toBe(0);
    expect(out).toContain('workloads       2 of 3 running\n');
  });

  test('--json is all that the file says', async () => {
    await write();
    const { code, out } = await show(['--json']);
    expect([code, JSON.parse(out)]).toEqual([0, RUNNING]);
  });

  test('--status-file is another file than the configuration says', async () => {
    await write();
    await configure({ controlPlane: { url: 'http://k4e.example:8888' }, statusFile: '/nowhere/status.json' });
    expect((await show([])).code).toBe(4);
    expect((await show(['--status-file', statusFile])).code).toBe(0);
  });

  test('settings that have been spoilt since do not matter', async () => {
    await write();
    await configure({ controlplane: {} });
    expect((await show(['--status-file', statusFile])).code).toBe(0);
  });
});

describe('--screen', () => {
  test('clears a terminal, is as large as that, and ends no line more than it has', async () => {
    await write();
    const { out } = await show(['--screen'], { terminal: { isTTY: true, columns: 200, rows: 50 } });
    expect(out).toContain('\u001b[2J');
    expect(out).toContain(`\r\n${'='.repeat(80)}\r\n`);
    expect(out).not.toMatch(/\n$/);
  });

  test('is small on a terminal that does not know its size, such as a serial one', async () => {
    await write();
    const { out } = await show(['--screen'], { terminal: { isTTY: true, columns: 0, rows: 0 } });
    expect(out).toContain(`\r\n${'='.repeat(40)}\r\n`);
  });

  test('is plain where there is no terminal, and small', async () => {
    await write();
    const { out } = await show(['--screen']);
    expect(out).toContain(`k4e edge-1\n${'='.repeat(40)}\nCONTROL PLANE: REACHED\n`);
    expect(out).not.toContain('\u001b');
  });
});

describe('where no agent runs it says so, why, and ends with 4:', () => {
  test('there is no file', async () => {
    const { code, out, err } = await show([]);
    expect([code, err]).toEqual([4, '']);
    expect(out).toContain('agent           not running\n');
    expect(out).toContain('systemctl start k4e-agent');
    expect(out).toContain('http://k4e.example:8888');
    expect(out).toContain('192.0.2.7 (eth0)');
  });

  test('the process that wrote the file is dead, and what went wrong last is known', async () => {
    await write();
    const { code, out } = await show(['--json'], {}, false);
    expect(code).toBe(4);
    const report: unknown = JSON.parse(out);
    expect(report).toMatchObject({ isRunning: false, cause: 'stopped', lastError: RUNNING.lastError });
    expect(report).not.toHaveProperty('workloads');
  });

  test('nobody has said where the operator is', async () => {
    await configure({});
    const { code, out } = await show([]);
    expect(code).toBe(4);
    expect(out).toContain(`controlPlane.url in ${configFile}`);
  });

  test('settings are wrong', async () => {
    await configure({ controlplane: {} });
    const { code, out } = await show(['--screen', '--status-file', statusFile]);
    expect(code).toBe(4);
    expect(out).toContain('AGENT: SETTINGS ARE WRONG');
    expect(out).toContain('did you mean controlPlane?');
  });

  test('the control plane has let the device go', async () => {
    const store = createFileStateStore({ directory: stateDocumentsOf(directory) });
    await writeDisconnectMarker(store, { isClean: true, isAcknowledged: true });
    expect((await show([])).out).toContain('--recommission');
  });
});

describe('what it cannot do it says in words:', () => {
  test('a flag that there is not', async () => {
    const { code, out, err } = await show(['--jsn']);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain('Did you mean --json?');
  });

  test('a status that cannot be read', async () => {
    const { code, err } = await show(['--status-file', directory]);
    expect([code, err]).toEqual([
      1,
      expect.stringMatching(/^k4e-agent status: the status cannot be read: EISDIR.*\n$/),
    ]);
  });

  test('--help tells of flags and of exit status', async () => {
    const { code, out } = await show(['--help']);
    expect(code).toBe(0);
    for (const word of ['--json', '--screen', '--config', 'Exit status', '4  no agent runs'])
      expect(out).toContain(word);
  });
});
