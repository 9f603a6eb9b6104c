import { pemOf } from './device-configuration-schema.ts';
import type { DeviceConfiguration } from './device-configuration-schema.ts';

/** Where the settings of the device's programs are written at each boot; links in `/etc` lead there. */
export const SETTINGS_DIRECTORY = '/run/k4e-device';

/** A file that a program of the device reads. */
export interface SystemFile {
  readonly path: string;
  readonly text: string;
}

/** The settings of the device's programs that a configuration comes to. Pure. */
export function systemFiles(configuration: DeviceConfiguration, osImageId: string): readonly SystemFile[] {
  const { labels, ssh, controlPlane = {} } = configuration;
  const ca = controlPlane.ca === undefined ? [] : caFiles(controlPlane.ca);
  return [
    at('agent.yaml', agentSettings(configuration, osImageId)),
    at('registries.conf', registrySettings(configuration.registries ?? [])),
    ...(labels === undefined ? [] : [at('tags.toml', tagSettings(labels))]),
    ...(ssh === undefined ? [] : [at('authorized_keys', ssh.authorizedKeys.map((key) => `${key}\n`).join(''))]),
    ...ca,
    ...networkFiles(configuration.network ?? {}),
  ];
}

function at(name: string, text: string): SystemFile {
  return { path: `${SETTINGS_DIRECTORY}/${name}`, text };
}

function agentSettings({ deviceId, controlPlane = {}, ssh }: DeviceConfiguration, osImageId: string): string {
  const settings = {
    ...(deviceId === undefined ? {} : { deviceId }),
    ...(controlPlane.url === undefined ? {} : { controlPlane: { url: controlPlane.url } }),
    // Nothing is open but what a workload asks for.
    firewall: { policy: 'drop', keepOpen: ssh === undefined ? [] : ['22/tcp'] },
    gateway: { tagsFile: `${SETTINGS_DIRECTORY}/tags.toml` },
    osImageId,
  };
  return `${JSON.stringify(settings, undefined, 2)}\n`;
}

// A text in JSON is one in TOML, too.
const tomlText = (text: string): string => JSON.stringify(text);

function tagSettings(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${tomlText(name)} = ${tomlText(value)}\n`)
    .join('');
}

function caFiles(ca: string): readonly SystemFile[] {
  return [at('ca.pem', pemOf(ca)), at('agent.env', `NODE_EXTRA_CA_CERTS=${SETTINGS_DIRECTORY}/ca.pem\n`)];
}

function registrySettings(registries: NonNullable<DeviceConfiguration['registries']>): string {
  const entries = registries.map(({ prefix, location, insecure = false }) => {
    const lines = [
      ...(prefix === undefined ? [] : [`prefix = ${tomlText(prefix)}`]),
      `location = ${tomlText(location)}`,
      `insecure = ${insecure}`,
    ];
    return `[[registry]]\n${lines.join('\n')}\n`;
  });
  return entries.join('\n');
}

/** Names servers, or gives one address in the place of DHCP. */
function networkFiles(network: NonNullable<DeviceConfiguration['network']>): readonly SystemFile[] {
  if (Object.keys(network).length === 0) return [];
  const { address, gateway, dns = [], ntp = [] } = network;
  const match = network.interface === undefined ? 'Type=ether\nKind=!*' : `Name=${network.interface}`;
  const settings = [
    ...(address === undefined ? ['DHCP=yes'] : [`Address=${address}`]),
    ...(gateway === undefined ? [] : [`Gateway=${gateway}`]),
    ...dns.map((server) => `DNS=${server}`),
    ...ntp.map((server) => `NTP=${server}`),
  ];
  const text = `[Match]\n${match}\n\n[Link]\nRequiredForOnline=no\n\n[Network]\n${settings.join('\n')}\n\n[DHCPv4]\nClientIdentifier=mac\n`;
  return [{ path: '/run/systemd/network/10-k4e.network', text }];
}
