import { expect, test } from 'vitest';
import { MAX_CONFIG_FILE_BYTES } from '../../../packages/agent/src/config/index.ts';
import { buildConfigurationSchema, deviceConfigurationSchema } from './device-configuration-schema.ts';
import { parseSettings } from './parse-settings.ts';

const parse = (text: string) => parseSettings(text, 'device.yaml', deviceConfigurationSchema);

test('a text without settings has none, and nothing is wrong with it', () => {
  for (const text of ['', '# deviceId: edge-1\n', '{}']) expect(parse(text)).toEqual({ settings: {}, problems: [] });
});

test('what is wrong is told with its line, and costs the setting of the top level alone', () => {
  const text = 'deviceId: edge-1\nnetwork:\n  dns: [10.0.0.1]\n  address: 10.0.0.9\nlabels: {site: north}\n';
  expect(parse(text)).toEqual({
    settings: { deviceId: 'edge-1', labels: { site: 'north' } },
    problems: ['device.yaml:4: network.address: must be an address with its prefix, such as 192.168.1.20/24'],
  });
});

test('a misspelt name is refused with its line and the name that was meant', () => {
  const { settings, problems } = parse(
    'labels: {site: north}\ncontrolplane:\n  url: http://k4e.example\nnetwork:\n  adress: 1.2.3.4/8\n',
  );
  expect(settings).toEqual({ labels: { site: 'north' } });
  expect(problems.toSorted()).toEqual([
    'device.yaml:2: controlplane: there is no such setting; did you mean controlPlane?',
    'device.yaml:5: network.adress: there is no such setting; did you mean address?',
  ]);
});

test('what is no YAML, no mapping, too large or refers to itself too often has no settings', () => {
  const large = `# ${'x'.repeat(MAX_CONFIG_FILE_BYTES)}`;
  const aliases = `labels: &a {x: y}\nnetwork: [${'*a, '.repeat(20)}]`;
  for (const text of ['deviceId: [', 'edge-1', '- edge-1', large, aliases]) {
    const { settings, problems } = parse(text);
    expect(settings).toEqual({});
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^device\.yaml/);
  }
});

test.each([
  ['controlPlane: {url: ftp://k4e.example}', 'controlPlane.url'],
  ['controlPlane: {ca: nonsense}', 'controlPlane.ca'],
  ['disk: vda', 'disk'],
  ['deviceId: Edge_1', 'deviceId'],
  ['network: {gateway: here}', 'network.gateway'],
  ['network: {address: 10.0.0.1/33}', 'network.address'],
  ['network: {interface: "eth0\\nDHCP=no"}', 'network.interface'],
  ['registries: [{location: "a b"}]', 'registries.0.location'],
  ['labels: {site: "a\\nb"}', 'labels.site'],
  ['ssh: {authorizedKeys: []}', 'ssh.authorizedKeys'],
  ['ssh: {authorizedKeys: ["command=/bin/sh ssh-ed25519 AAAA"]}', 'ssh.authorizedKeys.0'],
])('%s is refused', (text, path) => {
  const { settings, problems } = parse(text);
  expect(settings).toEqual({});
  expect(problems).toEqual([expect.stringContaining(`device.yaml:1: ${path}: `)]);
});

test('arguments of the kernel are for the build alone, and words', () => {
  expect(parse('kernelArguments: [quiet]').problems).toHaveLength(1);
  const build = (text: string) => parseSettings(text, 'device.yaml', buildConfigurationSchema);
  expect(build('kernelArguments: [console=ttyS0]')).toEqual({
    settings: { kernelArguments: ['console=ttyS0'] },
    problems: [],
  });
  expect(build('kernelArguments: ["a b"]').problems).toHaveLength(1);
});
