import { K4eError } from '@k4e/core';
import { describe, expect, test } from 'vitest';
import type { ConfigSources } from './resolve-agent-config.ts';
import { resolveAgentConfig, resolveWorkerConfig } from './resolve-agent-config.ts';

const MACHINE_ID = '242E48D0286B41709B9795502066E6AE\n';
const ROOT = { uid: 0, env: {} };
const LEAST = { controlPlane: { url: 'http://k4e.example:8888' } };
const FLAG_NAMES = new Map([
  ['controlPlane.url', '--control-plane'],
  ['stateDir', '--state-dir'],
]);

const SOURCES = { file: LEAST, flags: {}, flagNames: FLAG_NAMES, machineId: MACHINE_ID, user: ROOT };
const resolve = (sources: Partial<ConfigSources> = {}) => resolveAgentConfig({ ...SOURCES, ...sources });

function problemsOf(sources: Partial<ConfigSources>): string {
  try {
    resolve(sources);
  } catch (error) {
    if (error instanceof K4eError && error.code === 'CONFIG_INVALID') return error.message;
  }
  throw new Error('it was taken');
}

describe('defaults', () => {
  test('of root are the places of the system, with a firewall; the id is that of the machine', () => {
    expect(resolve()).toEqual({
      deviceId: '242e48d0-286b-4170-9b97-95502066e6ae',
      controlPlane: { url: 'http://k4e.example:8888' },
      stateDir: '/var/lib/k4e',
      statusFile: '/run/k4e/status.json',
      podman: { socket: '/run/podman/podman.sock' },
      firewall: { kind: 'nftables', policy: 'accept', keepOpen: ['22/tcp'] },
      log: { level: 'info', format: 'text' },
      pollIntervalSeconds: 5,
      gateway: {
        ...{ workersDir: '/usr/libexec/yggdrasil', runDir: '/run/k4e/gateway', allowedHosts: [] },
        tagsFile: '/etc/yggdrasil/tags.toml',
      },
      osImageId: 'unknown',
    });
  });

  test('of a device worker are the same; it need not know the control plane, and believes its gateway', () => {
    const sources = { file: { deviceId: 'by-file' }, gateway: { deviceId: 'by-gateway', log: { level: 'debug' } } };
    const config = resolveWorkerConfig({ ...SOURCES, ...sources });
    expect(config).toMatchObject({ deviceId: 'by-gateway', controlPlane: {}, log: { level: 'debug', format: 'text' } });
    expect(() => resolveWorkerConfig({ ...SOURCES, file: { controlPlane: { url: 'nowhere' } } })).toThrow(
      /must be a URL/,
    );
  });

  test.each([
    [{ XDG_RUNTIME_DIR: '/run/user/7', XDG_STATE_HOME: '/s' }, '/run/user/7/podman/podman.sock', '/s/k4e'],
    [{ HOME: '/home/u' }, '/run/user/1000/podman/podman.sock', '/home/u/.local/state/k4e'],
  ])('of another user with %j are places of that user, without a firewall', (env, socket, stateDir) => {
    expect(resolve({ user: { uid: 1000, env } })).toMatchObject({
      podman: { socket },
      stateDir,
      firewall: { kind: 'none' },
    });
  });
});

describe('what wins', () => {
  test('flags before the file before defaults, member by member', () => {
    const file = {
      ...LEAST,
      deviceId: 'from-file',
      firewall: { policy: 'drop', keepOpen: ['2222/tcp'] },
      stateDir: '/file',
    };
    const flags = { deviceId: undefined, stateDir: '/flag', firewall: { kind: 'none', policy: undefined } };
    expect(resolve({ file, flags })).toMatchObject({
      deviceId: 'from-file',
      stateDir: '/flag',
      firewall: { kind: 'none', policy: 'drop', keepOpen: ['2222/tcp'] },
    });
  });

  test('a setting without a value in the file is not set', () => {
    expect(resolve({ file: { ...LEAST, stateDir: null, log: null } }).stateDir).toBe('/var/lib/k4e');
  });
});

describe('refused by name', () => {
  test.each([
    [{ controlplane: { url: 'x' } }, 'controlplane: there is no such setting; did you mean controlPlane?'],
    [{ 'state-dir': '/x' }, 'state-dir: there is no such setting; did you mean stateDir?'],
    [{ firewall: { polcy: 'drop' } }, 'firewall.polcy: there is no such setting; did you mean policy?'],
    [
      { controlPlane: { ...LEAST.controlPlane, mqtt: { usrname: 'x' } } },
      'controlPlane.mqtt.usrname: there is no such setting; did you mean username?',
    ],
    [{ log: { colour: true } }, 'log.colour: there is no such setting; known there: level, format'],
    [{ firewall: { policy: 'reject' } }, 'firewall.policy: Invalid option: expected one of "accept"|"drop"'],
    [{ firewall: 'none' }, 'firewall: Invalid input: expected object, received string'],
    [{ firewall: { keepOpen: ['22'] } }, 'firewall.keepOpen.0: must be a port and a protocol, such as 22/tcp'],
    [{ firewall: { keepOpen: ['65536/udp'] } }, 'firewall.keepOpen.0: must be a port'],
    [{ deviceId: 'Edge_1' }, 'deviceId: must be a DNS label'],
    [{ deviceId: 7 }, 'deviceId: Invalid input: expected string, received number'],
    [{ stateDir: 'var' }, 'stateDir: must be an absolute path'],
    [{ podman: { socket: `/${'x'.repeat(107)}` } }, 'podman.socket: Too big'],
    [{ pollIntervalSeconds: 0.5 }, 'pollIntervalSeconds: Too small'],
    [{ pollIntervalSeconds: 86_401 }, 'pollIntervalSeconds: Too big'],
    [{ log: { level: 'trace' } }, 'log.level: Invalid option'],
  ])('%j', (settings, words) => {
    expect(problemsOf({ file: { ...LEAST, ...settings } })).toContain(words);
  });

  test.each([
    ['k4e.example:8888', 'must begin with http:// or https://'],
    ['not a url', 'must be a URL'],
    ['ftp://k4e.example', 'must begin with http:// or https://'],
    ['mqtt://broker.example/a', 'must not have a path'],
    ['mqtts://u:s3cr3t@broker.example', 'must not hold credentials'],
    ['http://u:s3cr3t@k4e.example', 'must not hold credentials'],
    ['http://k4e.example/?a=b', 'must not have a query'],
  ])('the control plane %s', (url, words) => {
    const problems = problemsOf({ file: { controlPlane: { url } } });
    expect(problems).toContain(`controlPlane.url: ${words}`);
    expect(problems).not.toContain('s3cr3t');
  });

  test('what a flag said, by the name of the flag', () => {
    const flags = { controlPlane: { url: 'nonsense' }, stateDir: 'relative' };
    expect(problemsOf({ flags })).toBe(
      '--control-plane: must be a URL, such as http://k4e.example:8888\n--state-dir: must be an absolute path',
    );
  });

  test('everything that is wrong at once, up to a limit', () => {
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`setting${index}`, 1]));
    const lines = problemsOf({ file: { ...LEAST, ...many } }).split('\n');
    expect(lines).toHaveLength(11);
    expect(lines.at(-1)).toBe('and 20 more');
  });

  test.each([
    [{}, 'NOT_CONFIGURED'],
    [{ controlPlane: { url: null } }, 'NOT_CONFIGURED'],
    [{ stateDir: 'relative' }, 'CONFIG_INVALID'],
    [{ controlPlane: { url: '' } }, 'CONFIG_INVALID'],
  ])('%j: a control plane that nobody has named yet is not the same as a mistake', (file, code) => {
    expect(() => resolve({ file })).toThrow(expect.objectContaining({ code }));
  });

  test.each([undefined, '', 'uninitialized\n', '0123'])(
    'the machine id %j names no device: how to name it',
    (machineId) => {
      expect(problemsOf({ machineId })).toMatch(/^deviceId: is missing\n.*--device-id ID/);
    },
  );
});

test('limits at their edges are taken', () => {
  const file = {
    ...LEAST,
    deviceId: 'x'.repeat(63),
    podman: { socket: `/${'x'.repeat(106)}` },
    pollIntervalSeconds: 86_400,
    firewall: { keepOpen: ['1/tcp', '65535/udp'] },
  };
  expect(resolve({ file })).toMatchObject(file);
});
