import type { DeviceOutcome } from '@k4e/core/device';
import { describe, expect, test } from 'vitest';
import type { AgentOptions, GatewayHostOptions } from '../composition/index.ts';
import type { StatusFileOptions } from '../host/status/index.ts';
import { runDeviceWorkerCommand } from './run-device-worker-command.ts';
import { runGatewayCommand } from './run-gateway-command.ts';

const DISPATCHER = { YGG_SOCKET_ADDR: 'unix:/tmp/no-dispatcher.sock' };
const FLAGS = ['--state-dir', '/nowhere/k4e', '--firewall', 'none', '--log-level', 'silent'];

/** Runs a program in no process at all. */
async function runIn(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  start: (host: {
    readonly args: readonly string[];
    readonly version: string;
    readonly user: { readonly uid: number; readonly env: Readonly<Record<string, string>> };
    readonly signal: AbortSignal;
    readonly out: (text: string) => void;
    readonly err: (text: string) => void;
  }) => Promise<number>,
) {
  let said = '';
  const say = (text: string): void => void (said += text);
  const { signal } = new AbortController();
  const code = await start({ args, version: '1.2.3', user: { uid: 0, env }, signal, out: say, err: say });
  return { code, said };
}

describe('k4e-device-worker', () => {
  const agents: AgentOptions[] = [];
  const statusFiles: StatusFileOptions[] = [];
  const work = (args: readonly string[], env: Readonly<Record<string, string>>, outcome: DeviceOutcome = 'stopped') =>
    runIn([...FLAGS, ...args], env, (host) => {
      const createAgent = (options: AgentOptions) => {
        agents.push(options);
        const unknown = (): never => {
          throw new Error('nobody asks');
        };
        return {
          run: () => Promise.resolve(outcome),
          workloads: () => [],
          appliedVersion: () => undefined,
          status: unknown,
        };
      };
      const createStatusFile = (options: StatusFileOptions) => {
        statusFiles.push(options);
        return { noteChange: () => undefined, follow: () => Promise.resolve() };
      };
      return runDeviceWorkerCommand({ ...host, pid: 7, createAgent, createStatusFile });
    });

  test.each([
    [{ ...DISPATCHER, YGG_CLIENT_ID: 'newer', DEVICE_ID: 'older' }, 'newer'],
    [{ ...DISPATCHER, DEVICE_ID: 'older' }, 'older'],
    [DISPATCHER, 'by-flag'],
  ])('is the device that its gateway says: %j', async (env, deviceId) => {
    const { code } = await work(['--device-id', 'by-flag'], env);
    expect(code).toBe(0);
    expect(agents.at(-1)).toMatchObject({ deviceId, controlPlaneUrl: undefined });
    expect(agents.at(-1)?.link).toBeDefined();
  });

  test('keeps the file that says how the device fares, also where it does not know the control plane', async () => {
    await work(['--device-id', 'd', '--status-file', '/srv/status.json'], DISPATCHER);
    expect(statusFiles.at(-1)).toMatchObject({ path: '/srv/status.json', deviceId: 'd', controlPlaneUrl: undefined });
  });

  test('logs as much as its gateway says, and what that cannot mean is not said', async () => {
    const check = (env: Record<string, string>) => work(['--device-id', 'd', '--check-config', '--json'], env);
    expect((await check({ ...DISPATCHER, YGG_LOG_LEVEL: 'DEBUG', LOG_LEVEL: 'error' })).said).toContain('"debug"');
    expect((await check({ ...DISPATCHER, LOG_LEVEL: 'error' })).said).toContain('"error"');
    expect((await check({ ...DISPATCHER, LOG_LEVEL: 'trace' })).said).toContain('"silent"');
  });

  test('that nobody has started says so', async () => {
    const count = agents.length;
    const { code, said } = await work(['--device-id', 'd'], {});
    expect([code, agents.length]).toEqual([2, count]);
    expect(said).toMatch(/^k4e-device-worker: YGG_SOCKET_ADDR: is not set: .*\n$/);
  });

  test('that was let go ends with 0', async () => {
    expect((await work(['--device-id', 'd'], DISPATCHER, 'disconnected')).code).toBe(0);
  });
});

describe('k4e-gateway', () => {
  const hosts: GatewayHostOptions[] = [];
  const serve = (args: readonly string[], run = () => Promise.resolve<'stopped' | 'disconnected'>('stopped')) =>
    runIn([...FLAGS, ...args], {}, (host) => {
      const createGatewayHost = (options: GatewayHostOptions) => {
        hosts.push(options);
        return { run };
      };
      return runGatewayCommand({ ...host, createGatewayHost });
    });

  test('is told what the configuration says', async () => {
    const { code } = await serve(['--control-plane', 'http://k4e.example:8888', '--device-id', 'edge-1']);
    expect(code).toBe(0);
    expect(hosts.at(-1)).toMatchObject({
      deviceId: 'edge-1',
      controlPlaneUrl: 'http://k4e.example:8888',
      stateDir: '/nowhere/k4e',
      runDir: '/run/k4e/gateway',
      workersDir: '/usr/libexec/yggdrasil',
      configDir: '/etc/k4e',
      allowedHosts: [],
      tagsFile: '/etc/yggdrasil/tags.toml',
      pollIntervalMs: 5_000,
      logLevel: 'silent',
    });
  });

  test('needs to know the control plane', async () => {
    const count = hosts.length;
    const { code, said } = await serve(['--device-id', 'edge-1']);
    expect([code, hosts.length]).toEqual([3, count]);
    expect(said).toContain('controlPlane.url: is missing');
  });

  test('that fails ends with 1', async () => {
    const fail = () => Promise.reject(new Error('somebody serves there'));
    const { code } = await serve(['--control-plane', 'http://k4e.example:8888', '--device-id', 'edge-1'], fail);
    expect(code).toBe(1);
  });
});
