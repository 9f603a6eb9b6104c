import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { K4eError } from '@k4e/core';
import { DISCONNECTED_DOCUMENT } from '@k4e/core/device';
import type { DeviceOutcome, DeviceStatus } from '@k4e/core/device';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { AgentOptions, GatewayHostOptions } from '../composition/index.ts';
import { MAX_CONFIG_FILE_BYTES } from '../config/index.ts';
import { createFileStateStore, gatewayDocumentsOf, stateDocumentsOf } from '../host/state/index.ts';
import type { StatusFileOptions } from '../host/status/index.ts';
import { runAgentCommand } from './run-agent-command.ts';
import type { AgentProgram } from './run-agent-command.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'k4e-cli-'));
});
afterEach(() => rm(directory, { recursive: true }));

const GIVEN = ['--control-plane', 'http://k4e.example:8888', '--device-id', 'edge-1'];

const NOTHING_KNOWN: DeviceStatus = {
  ...{ link: { state: 'unknown', sinceMs: 0 }, appliedVersion: undefined },
  ...{ workloads: [], troubles: [], lastFault: undefined },
};

interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly agents: readonly AgentOptions[];
  readonly gateways: readonly GatewayHostOptions[];
  readonly statusFiles: readonly StatusFileOptions[];
}

/** Runs the program with an agent that ends as the test says. */
async function run(
  args: readonly string[],
  end: () => Promise<DeviceOutcome> = async () => 'stopped',
  more: Partial<AgentProgram> = {},
): Promise<Run> {
  const agents: AgentOptions[] = [];
  const gateways: GatewayHostOptions[] = [];
  const statusFiles: StatusFileOptions[] = [];
  let out = '';
  let err = '';
  const code = await runAgentCommand({
    ...more,
    args,
    version: '1.2.3',
    user: { uid: 0, env: {} },
    signal: new AbortController().signal,
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    createAgent: (options) => {
      agents.push(options);
      return { run: end, workloads: () => [], appliedVersion: () => undefined, status: () => NOTHING_KNOWN };
    },
    loadGatewayHost: async () => (options) => {
      gateways.push(options);
      return { run: end };
    },
    deviceWorker: ['/usr/bin/node', 'worker.js'],
    pid: process.pid,
    createStatusFile: (options) => {
      statusFiles.push(options);
      return { noteChange: () => undefined, follow: () => Promise.resolve() };
    },
  });
  return { code, out, err, agents, gateways, statusFiles };
}

async function configFile(text: string): Promise<string> {
  const path = join(directory, 'agent.yaml');
  await writeFile(path, text);
  return path;
}

test('--recommission lets a device register again that was let go, and ends', async () => {
  const stores = [stateDocumentsOf(directory), gatewayDocumentsOf(directory)].map((path) =>
    createFileStateStore({ directory: path }),
  );
  for (const store of stores) await store.write(DISCONNECTED_DOCUMENT, new TextEncoder().encode('{}'));
  const { code, out, agents } = await run([...GIVEN, '--state-dir', directory, '--recommission']);
  expect([code, agents]).toEqual([0, []]);
  expect(out).toContain('edge-1 may register again');
  for (const store of stores) expect(await store.read(DISCONNECTED_DOCUMENT)).toBeUndefined();
});

test('--split is a gateway with a worker of ours, which is told what it cannot inherit', async () => {
  const file = await configFile('log: {level: error}');
  const flags = ['--state-dir', directory, '--podman-socket', '/p.sock', '--firewall', 'none', '--config', file];
  const { code, agents, gateways } = await run([...GIVEN, ...flags, '--split']);
  expect([code, agents]).toEqual([0, []]);
  const status = ['--status-file', '/run/k4e/status.json'];
  const settings = ['--config', file, '--state-dir', directory, ...status, '--podman-socket', '/p.sock'];
  const firewall = ['--firewall', 'none', '--firewall-policy', 'accept'];
  const where = ['--control-plane', 'http://k4e.example:8888'];
  expect(gateways).toMatchObject([
    {
      ...{ deviceId: 'edge-1', controlPlaneUrl: 'http://k4e.example:8888', stateDir: directory, logLevel: 'error' },
      ownWorkers: [{ path: '/usr/bin/node', args: ['worker.js', ...settings, ...firewall, ...where] }],
    },
  ]);
  expect((await run([...GIVEN])).gateways).toEqual([]);
});

describe('a service manager hears', () => {
  const heardOf = async (args: readonly string[], end?: () => Promise<DeviceOutcome>): Promise<readonly string[]> => {
    const heard: string[] = [];
    const serviceManager = {
      ready: (status: string) => void heard.push(`ready: ${status}`),
      stopping: () => void heard.push('stopping'),
    };
    await run(args, end, { serviceManager });
    return heard;
  };

  test('that an agent is up as soon as it has its settings, and that it stops, however it ends', async () => {
    expect(await heardOf(GIVEN)).toEqual(['ready: edge-1', 'stopping']);
    expect(await heardOf(GIVEN, () => Promise.reject(new Error('broken')))).toEqual(['ready: edge-1', 'stopping']);
  });

  test('of a device that nobody has configured that it came up, and what it is to be told', async () => {
    expect(await heardOf(['--device-id', 'edge-1'])).toEqual([
      expect.stringMatching(/^ready: [^]*--control-plane URL/),
    ]);
  });

  test('nothing of settings that are wrong: it takes that for a start that failed', async () => {
    expect(await heardOf([...GIVEN, '--state-dir', 'relative'])).toEqual([]);
    expect(await heardOf(['--help'])).toEqual([]);
  });
});

describe('what ends at once', () => {
  test('--help tells of flags, files, signals and exit status, on standard output', async () => {
    const { code, out, err, agents } = await run(['--help']);
    expect([code, err, agents]).toEqual([0, '', []]);
    for (const word of ['--control-plane', '/etc/k4e/agent.yaml', 'SIGTERM', 'Exit status', 'k4e-agent status'])
      expect(out).toContain(word);
  });

  test('--version is the version', async () => {
    expect(await run(['--version'])).toMatchObject({ code: 0, out: '1.2.3\n', err: '' });
  });

  test.each([
    [['--device-idd', 'x'], 'unknown option', 'Did you mean --device-id?'],
    [['--firewall', 'iptables'], "'iptables' is invalid", 'nftables'],
    [['--log-level'], 'argument missing', '--log-level'],
    [['edge-1'], 'too many arguments', ''],
  ])('the command line %j is refused in words', async (args, words, hint) => {
    const { code, out, err, agents } = await run(args);
    expect([code, out, agents]).toEqual([2, '', []]);
    expect(err).toContain(words);
    expect(err).toContain(hint);
  });
});

describe('--check-config', () => {
  test('prints the configuration that holds as YAML which is a configuration file', async () => {
    const { code, out } = await run(['--check-config', ...GIVEN]);
    expect(code).toBe(0);
    expect(parse(out)).toMatchObject({ deviceId: 'edge-1', controlPlane: { url: 'http://k4e.example:8888' } });
    const again = await run(['--check-config', '--config', await configFile(out)]);
    expect(again).toMatchObject({ code: 0, out, agents: [] });
  });

  test('prints JSON when asked', async () => {
    const { out } = await run(['--check-config', '--json', ...GIVEN]);
    expect(JSON.parse(out)).toMatchObject({ deviceId: 'edge-1', log: { format: 'json' } });
  });
});

describe('mistakes are told in words, without a stack', () => {
  test.each([
    ['stateDir: relative\n', 'stateDir: must be an absolute path'],
    ['statedir: /x\n', 'statedir: there is no such setting; did you mean stateDir?'],
    ['a: [\n', 'at line 2, column 1'],
    ['- a\n', 'is not a list of settings'],
    ['stateDir: /a\nstateDir: /b\n', 'Map keys must be unique'],
    [`# ${'x'.repeat(MAX_CONFIG_FILE_BYTES)}`, `is larger than ${MAX_CONFIG_FILE_BYTES} bytes`],
  ])('a file of %j', async (text, words) => {
    const { code, err, agents } = await run([...GIVEN, '--config', await configFile(text)]);
    expect([code, agents]).toEqual([2, []]);
    expect(err).toMatch(/^k4e-agent: /);
    expect(err).toContain(words);
    expect(err).not.toMatch(/\n\s+at .*:\d+:\d+/);
  });

  test('a file of the largest size is read', async () => {
    const text = `# ${'x'.repeat(MAX_CONFIG_FILE_BYTES - 3)}\n`;
    expect((await run([...GIVEN, '--check-config', '--config', await configFile(text)])).code).toBe(0);
  });

  test('a file that was named and is not there; a directory', async () => {
    expect((await run([...GIVEN, '--config', '/nowhere/agent.yaml'])).err).toContain('there is no such file');
    expect((await run([...GIVEN, '--config', directory])).err).toContain('cannot be read: EISDIR');
  });

  test('a control plane that is not said: how to say it', async () => {
    const { code, err } = await run(['--device-id', 'edge-1']);
    expect(code).toBe(3);
    expect(err).toContain('controlPlane.url: is missing');
    expect(err).toContain('--control-plane URL');
  });
});

describe('a run', () => {
  test('makes the agent of the configuration', async () => {
    const path = await configFile('stateDir: /srv/k4e\npollIntervalSeconds: 2\nosImageId: debian-13\n');
    const { agents } = await run([...GIVEN, '--config', path, '--podman-socket', '/p.sock', '--firewall', 'none']);
    const [options] = agents;
    expect(options).toMatchObject({
      deviceId: 'edge-1',
      controlPlaneUrl: 'http://k4e.example:8888',
      stateDir: '/srv/k4e',
      podmanSocket: '/p.sock',
      pollIntervalMs: 2_000,
      osImageId: 'debian-13',
    });
    expect(options?.firewall?.capabilities.opensPorts).toBe(false);
    expect((await run(GIVEN)).agents[0]?.firewall?.capabilities.opensPorts).toBe(true);
  });

  test.each(['stopped', 'disconnected'] as const)('that has %s ends with 0, and says so', async (outcome) => {
    const { code, err, out } = await run(GIVEN, async () => outcome);
    expect([code, out]).toEqual([0, '']);
    expect(err).toContain({ stopped: 'workloads go on', disconnected: 'let go by the control plane' }[outcome]);
  });

  test('that fails ends with 1, logged', async () => {
    const failing = async (): Promise<never> => Promise.reject(new K4eError('INTERNAL', { message: 'broken' }));
    const { code, err } = await run([...GIVEN, '--json'], failing);
    expect(code).toBe(1);
    const last = err.trimEnd().split('\n').at(-1);
    expect(JSON.parse(last ?? '')).toMatchObject({ level: 'error', error: { code: 'INTERNAL', message: 'broken' } });
  });

  test('keeps a file that says how it fares', async () => {
    const { statusFiles } = await run([...GIVEN, '--status-file', '/srv/status.json']);
    expect(statusFiles).toMatchObject([
      {
        ...{ path: '/srv/status.json', deviceId: 'edge-1', agentVersion: '1.2.3' },
        controlPlaneUrl: 'http://k4e.example:8888',
      },
    ]);
    expect(statusFiles[0]?.status()).toBe(NOTHING_KNOWN);
  });

  test('--log-level and --json hold for what is logged', async () => {
    const { err } = await run([...GIVEN, '--json']);
    const lines = err
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(lines[0]).toMatchObject({
      level: 'info',
      message: 'k4e-agent begins',
      version: '1.2.3',
      deviceId: 'edge-1',
    });
    expect((await run([...GIVEN, '--log-level', 'error'])).err).toBe('');
  });
});
