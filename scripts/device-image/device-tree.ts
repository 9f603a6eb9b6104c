import { chmod, copyFile, cp, mkdir, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { SETTINGS_DIRECTORY } from './configuration/index.ts';
import { TREE } from './workshop.ts';
import type { Workshop } from './workshop.ts';

/** What a device's tree gets besides the packages of Debian. */
export interface DeviceContent {
  /** The package of the agent. */
  readonly deb: string;
  /** A directory with the program that sets the device up, as a bundle. */
  readonly setup: string;
  /** What the build says to the device, as YAML. */
  readonly configuration: string;
  /** The name of this image, with which its devices register. */
  readonly imageId: string;
  readonly hasSsh: boolean;
}

const FILES = join(import.meta.dirname, 'root');
const PROGRAM = 'k4e-device-setup.mjs';

const STARTED = ['nftables.service', 'systemd-networkd.service', 'k4e-configuration.service', 'k4e-data.service'];
const CONSOLE = 'k4e-console.path';
/** Nobody logs in, nothing waits for a network, and disks are looked after by ours alone. */
const MASKED = [
  ...['getty@.service', 'serial-getty@.service', 'console-getty.service', 'autovt@.service'],
  ...['systemd-networkd-wait-online.service', 'e2scrub_all.timer', 'e2scrub_reap.service', 'dpkg-db-backup.timer'],
  ...['netavark-dhcp-proxy.service', 'netavark-dhcp-proxy.socket'],
];

/** Links to what is written at each boot. */
const LINKS: Readonly<Record<string, string>> = {
  'etc/k4e/agent.yaml': `${SETTINGS_DIRECTORY}/agent.yaml`,
  'etc/containers/registries.conf.d/k4e.conf': `${SETTINGS_DIRECTORY}/registries.conf`,
  'etc/resolv.conf': '/run/systemd/resolve/resolv.conf',
};

/** Directories in which installing leaves nothing that a device needs. */
const EMPTIED = ['boot', 'var/log', 'var/cache', 'var/lib/apt', 'var/lib/systemd'];

/** What the boot loader starts, by its name on the bench. */
export const BOOT_FILES = { kernel: 'vmlinuz', initramfs: 'initrd.img' } as const;

/** Makes the tree of the workshop a device's. Its kernel and initramfs then lie beside it. */
export async function makeDeviceTree(workshop: Workshop, content: DeviceContent): Promise<void> {
  const root = workshop.path(TREE);
  const place = (path: string): string => join(root, path);
  await installAgent(workshop, content.deb);
  for (const files of ['device', ...(content.hasSsh ? ['ssh'] : [])]) {
    await cp(join(FILES, files), root, { recursive: true });
  }
  const own = place('usr/lib/k4e-device');
  await cp(content.setup, own, { recursive: true });
  await chmod(join(own, PROGRAM), 0o755);
  await writeFile(join(own, 'device.yaml'), content.configuration);
  await writeFile(join(own, 'image-id'), `${content.imageId}\n`);
  await workshop.runInTree(['systemctl', 'enable', ...STARTED, ...(await brought(root, CONSOLE))]);
  await workshop.runInTree(['systemctl', 'mask', ...MASKED]);
  for (const name of Object.values(BOOT_FILES)) await takeOut(root, name, workshop.path(name));
  await forgetInstallation(root);
  for (const [path, target] of Object.entries(LINKS)) await link(place(path), target);
  // Mountpoints; all else is there.
  for (const path of ['data', 'var']) await mkdir(place(path), { recursive: true });
}

async function installAgent(workshop: Workshop, deb: string): Promise<void> {
  const inside = join(workshop.path(TREE), basename(deb));
  await copyFile(deb, inside);
  await workshop.runInTree(['dpkg', '--install', `/${basename(deb)}`]);
  await rm(inside);
}

/** The unit, if the package brings it. */
async function brought(root: string, unit: string): Promise<readonly string[]> {
  const units = await readdir(join(root, 'usr/lib/systemd/system'));
  return units.filter((name) => name === unit);
}

/** The kernel and its initramfs bear its version in their names. */
async function takeOut(root: string, name: string, to: string): Promise<void> {
  const [found] = (await readdir(join(root, 'boot'))).filter((file) => file.startsWith(`${name}-`));
  if (found === undefined) throw new Error(`the packages brought no ${name}`);
  await rename(join(root, 'boot', found), to);
}

/** What no two devices may share, and no two builds: keys, ids, logs. */
async function forgetInstallation(root: string): Promise<void> {
  for (const directory of EMPTIED) {
    await rm(join(root, directory), { recursive: true, force: true });
    await mkdir(join(root, directory));
  }
  const ssh = join(root, 'etc/ssh');
  const keys = (await readdir(ssh).catch(() => [])).filter((name) => name.startsWith('ssh_host_'));
  for (const key of keys) await rm(join(ssh, key));
  // Empty: systemd makes an id at the boot, unless the data partition has one.
  await writeFile(join(root, 'etc/machine-id'), '');
}

async function link(path: string, target: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await rm(path, { force: true });
  await symlink(target, path);
}
