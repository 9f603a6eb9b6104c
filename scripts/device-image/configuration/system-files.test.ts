import { parse } from 'yaml';
import { expect, test } from 'vitest';
import { readTags } from '../../../packages/agent/src/host/tags/read-tags.ts';
import { systemFiles } from './system-files.ts';
import type { DeviceConfiguration } from './device-configuration-schema.ts';

const filesOf = (configuration: DeviceConfiguration) =>
  new Map(systemFiles(configuration, 'k4e-1').map(({ path, text }) => [path, text]));

test('without a configuration there are settings for an agent that nobody has told where its control plane is', () => {
  const files = filesOf({});
  expect([...files.keys()]).toEqual(['/run/k4e-device/agent.yaml', '/run/k4e-device/registries.conf']);
  expect(parse(files.get('/run/k4e-device/agent.yaml') ?? '')).toEqual({
    firewall: { policy: 'drop', keepOpen: [] },
    gateway: { tagsFile: '/run/k4e-device/tags.toml' },
    osImageId: 'k4e-1',
  });
});

test('the agent hears of its control plane and its name; the port of SSH is open only where somebody may come in', () => {
  const files = filesOf({
    controlPlane: { url: 'https://k4e.example' },
    deviceId: 'edge-1',
    ssh: { authorizedKeys: ['ssh-ed25519 AAAA a', 'ssh-ed25519 BBBB b'] },
  });
  expect(parse(files.get('/run/k4e-device/agent.yaml') ?? '')).toMatchObject({
    controlPlane: { url: 'https://k4e.example' },
    deviceId: 'edge-1',
    firewall: { policy: 'drop', keepOpen: ['22/tcp'] },
  });
  expect(files.get('/run/k4e-device/authorized_keys')).toBe('ssh-ed25519 AAAA a\nssh-ed25519 BBBB b\n');
});

test('labels are the tags of the device, whatever characters are in them', () => {
  const labels = { site: 'north "side"', 'k4e.io/rack': 'ä\\7' };
  expect(readTags(filesOf({ labels }).get('/run/k4e-device/tags.toml') ?? '')).toEqual({
    tags: labels,
    objections: [],
  });
});

test('registries are those of podman', () => {
  const registries = [
    { prefix: 'docker.io', location: '10.0.0.1:5000/hub', insecure: true },
    { location: 'r.example' },
  ];
  expect(filesOf({ registries }).get('/run/k4e-device/registries.conf')).toBe(
    '[[registry]]\nprefix = "docker.io"\nlocation = "10.0.0.1:5000/hub"\ninsecure = true\n' +
      '\n[[registry]]\nlocation = "r.example"\ninsecure = false\n',
  );
});

test('an address takes the place of DHCP', () => {
  const path = '/run/systemd/network/10-k4e.network';
  const fixed = filesOf({
    network: { interface: 'enp1s0', address: '10.0.0.9/24', gateway: '10.0.0.1', dns: ['10.0.0.1'] },
  });
  expect(fixed.get(path)).toContain('[Match]\nName=enp1s0\n');
  expect(fixed.get(path)).toContain('[Network]\nAddress=10.0.0.9/24\nGateway=10.0.0.1\nDNS=10.0.0.1\n');
  const leased = filesOf({ network: { ntp: ['time.example'] } });
  expect(leased.get(path)).toContain('[Network]\nDHCP=yes\nNTP=time.example\n');
});
