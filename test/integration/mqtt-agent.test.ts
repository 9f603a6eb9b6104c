/** The programs of a device behind a real MQTT broker: Mosquitto with a password, and a control plane of plain MQTT behind it. */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startMosquitto } from '@k4e/testbed';
import type { Mosquitto } from '@k4e/testbed';
import { describeWithPart } from '@k4e/testbed/vitest';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startRawControlPlane } from '../../packages/link-mqtt/test/broker-rig/index.ts';
import type { RawControlPlane } from '../../packages/link-mqtt/test/broker-rig/index.ts';

const PROGRAMS = join(import.meta.dirname, '../../packages/agent/src/bin');
const DEVICE = 'edge-1';
const DATA_OUT = `yggdrasil/${DEVICE}/data/out`;
const CONTROL_OUT = `yggdrasil/${DEVICE}/control/out`;
const PASSWORD = 'c0rrect-h0rse';
const CONFIGURATION = JSON.stringify({
  ...{ type: 'data', directive: 'device', message_id: 'm7' },
  content: { device_id: DEVICE, version: 'v7', workloads: [] },
});
const DEADLINE = { timeout: 60_000 };

await describeWithPart(['mosquitto'], 'a device behind a broker', () => {
  let directory: string;
  let broker: Mosquitto;
  let controlPlane: RawControlPlane;
  let program: ChildProcess | undefined;
  let log = '';
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'k4e-mqtt-'));
    broker = await startMosquitto({ users: { device: PASSWORD, operator: 'o' } });
    const client = { username: 'operator', password: 'o' };
    controlPlane = await startRawControlPlane(broker.url, 'yggdrasil', { client });
    log = '';
  });
  afterEach(async () => {
    if (program?.exitCode === null) {
      program.kill('SIGTERM');
      await once(program, 'exit');
    }
    await controlPlane.stop();
    await broker.stop();
    await rm(directory, { recursive: true });
  });

  /** Starts the agent, without podman. */
  async function start(password: string | undefined, ...flags: readonly string[]) {
    const passwordFile = join(directory, 'password');
    if (password !== undefined) await writeFile(passwordFile, `${password}\n`);
    const settings = {
      ...{ deviceId: DEVICE, stateDir: join(directory, 'state'), statusFile: join(directory, 'status.json') },
      ...{ firewall: { kind: 'none' }, log: { format: 'json' } },
      controlPlane: { url: broker.url, mqtt: { username: 'device', passwordFile } },
      podman: { socket: join(directory, 'no-podman.sock') },
      gateway: { runDir: join(directory, 'run'), workersDir: join(directory, 'workers') },
    };
    const file = join(directory, 'agent.yaml');
    await writeFile(file, JSON.stringify(settings));
    const node = ['--conditions=@k4e/source', '--disable-warning=ExperimentalWarning'];
    const args = [...node, join(PROGRAMS, 'k4e-agent.ts'), '--config', file, ...flags];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
    program = child;
    return { child, ended: once(child, 'exit') };
  }

  test.each([
    ['one process', []],
    ['two processes', ['--split']],
  ])('as %s registers, takes its configuration, and takes its leave', async (_, flags) => {
    const { child, ended } = await start(PASSWORD, ...flags);
    await expect
      .poll(() => controlPlane.said(CONTROL_OUT), DEADLINE)
      .toContainEqual(expect.objectContaining({ state: 'online', dispatchers: { device: {} } }));
    await expect
      .poll(() => controlPlane.said(DATA_OUT), DEADLINE)
      .toContainEqual(expect.objectContaining({ hardware: expect.anything() as unknown }));
    await controlPlane.publish(`yggdrasil/${DEVICE}/data/in`, CONFIGURATION);
    // Without podman nothing can be in force.
    await expect.poll(() => log, DEADLINE).toContain('configuration v7 with 0 workloads received');
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    await expect.poll(() => controlPlane.said(CONTROL_OUT).at(-1), DEADLINE).toMatchObject({ state: 'offline' });
    expect(log).not.toContain(PASSWORD);
  });

  test('whose password is wrong says why it waits, and not what it is', async () => {
    await start('wr0ng-h0rse');
    await expect.poll(() => log, DEADLINE).toMatch(/not authori[sz]ed|bad user ?name or password/i);
    expect(log).not.toContain('wr0ng-h0rse');
    expect(controlPlane.said(CONTROL_OUT)).toEqual([]);
  });

  test('whose password is not there ends with 2', async () => {
    const { ended } = await start(undefined);
    expect(await ended).toEqual([2, null]);
    expect(log).toContain(`${join(directory, 'password')}: there is no such file`);
  });
});
