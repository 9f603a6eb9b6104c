import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  SETTINGS_DIRECTORY,
  deviceConfigurationSchema,
  kernelSettings,
  mergeConfiguration,
  parseSettings,
  systemFiles,
} from '../configuration/index.ts';
import type { DeviceConfiguration } from '../configuration/index.ts';
import { readTextFile } from '../../../packages/agent/src/host/files/index.ts';
import { LSBLK, isBootDevice, parseBlockDevices } from './block-devices.ts';
import type { BlockDevice } from './block-devices.ts';
import type { ConsoleReport } from './console-report.ts';
import { runTool } from './run-tool.ts';

/** What the build said: its settings, and the name of the image. */
const IMAGE_DIRECTORY = '/usr/lib/k4e-device';
/** The file that people write, on a FAT file system of this name. */
const FILE = 'k4e.yaml';
const VOLUME = 'K4E';

const MAX_BYTES = 65_536;
const MOUNTPOINT = join(SETTINGS_DIRECTORY, 'medium');
const WHAT_HOLDS = join(SETTINGS_DIRECTORY, 'configuration.json');

type Parsed = ReturnType<typeof kernelSettings>;

/** Reads what all sources say, tells what is wrong with it, and writes the settings of the device's programs. */
export async function setUpConfiguration(report: ConsoleReport): Promise<void> {
  const built = await readTextFile(join(IMAGE_DIRECTORY, 'device.yaml'), MAX_BYTES);
  const osImageId = (await readFile(join(IMAGE_DIRECTORY, 'image-id'), 'utf8')).trim();
  const sources = [
    parseSettings(built ?? '', 'the image', deviceConfigurationSchema),
    ...(await readVolumes()),
    kernelSettings(await readFile('/proc/cmdline', 'utf8')),
  ];
  for (const problem of sources.flatMap(({ problems }) => problems)) {
    await report.problem(`this setting is ignored: ${problem}`);
  }
  const configuration = mergeConfiguration(sources.map(({ settings }) => settings));
  if (configuration.controlPlane?.url === undefined) {
    await report.problem(
      `no control plane is named: write controlPlane: {url: ...} into ${FILE} on the volume ${VOLUME}`,
    );
  }
  await writeSettings(WHAT_HOLDS, JSON.stringify(configuration));
  for (const { path, text } of systemFiles(configuration, osImageId)) await writeSettings(path, text);
  if (configuration.deviceId !== undefined) await writeFile('/proc/sys/kernel/hostname', configuration.deviceId);
}

/** What holds in this boot, once `setUpConfiguration` has run. */
export async function readConfiguration(): Promise<DeviceConfiguration> {
  return deviceConfigurationSchema.parse(JSON.parse(await readFile(WHAT_HOLDS, 'utf8')));
}

async function writeSettings(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

/** What the files on FAT partitions say: the one of the disk that was booted from first, as what is plugged in wins over it. */
async function readVolumes(): Promise<readonly Parsed[]> {
  const devices = parseBlockDevices(await runTool(LSBLK)).toSorted((a, b) => rank(a) - rank(b));
  const volumes = devices.flatMap((device) => [device, ...device.children]).filter(isVolume);
  const said: Parsed[] = [];
  for (const { path } of volumes) {
    const name = `${FILE} on ${path}`;
    const text = await readVolume(path).catch((error: unknown) => ({ problem: String(error) }));
    if (typeof text === 'string') said.push(parseSettings(text, name, deviceConfigurationSchema));
    else if (text !== undefined) said.push({ settings: {}, problems: [`${name}: ${text.problem}`] });
  }
  return said;
}

function rank(device: BlockDevice): number {
  return isBootDevice(device) ? 0 : 1;
}

function isVolume({ fsType, label }: BlockDevice): boolean {
  return fsType === 'vfat' && label?.toUpperCase() === VOLUME;
}

async function readVolume(path: string): Promise<string | undefined> {
  await mkdir(MOUNTPOINT, { recursive: true });
  await runTool(['mount', '-t', 'vfat', '-o', 'ro,nodev,nosuid,noexec', path, MOUNTPOINT]);
  try {
    return await readTextFile(join(MOUNTPOINT, FILE), MAX_BYTES);
  } finally {
    await runTool(['umount', MOUNTPOINT]);
  }
}
