import { createHash } from 'node:crypto';
import { K4eError, canonicalJson, errorText } from '../../foundation/index.ts';
import { deviceConfigurationSchema, readContent } from '../../protocol/index.ts';
import type { ReceivedDeviceConfiguration, ReceivedWorkload } from '../../protocol/index.ts';
import { readUploads } from '../uploads/index.ts';
import type { UploadTarget } from '../uploads/index.ts';
import { byName, preparePod, settleHostPorts } from '../workloads/index.ts';
import type { DesiredWorkload } from '../workloads/index.ts';
import { readSettings } from './read-settings.ts';
import type { DeviceSettings } from './read-settings.ts';

/** Longest name of a workload, in characters. */
export const MAX_WORKLOAD_NAME = 63;

const WORKLOAD_NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** Which device reads a configuration, and where its workloads keep their files. */
export interface ConfigurationPlace {
  readonly deviceId: string;
  /** Directory that a workload sees as `/export`. */
  readonly exportPathOf: (workload: string) => string;
}

/** A configuration whose structure is valid. Its workloads have not been looked into yet. */
export interface CheckedConfiguration {
  readonly received: ReceivedDeviceConfiguration;
  /** Opaque; the empty text when the control plane sent none. */
  readonly version: string;
  /** Equal for configurations that ask for the same, whatever their version and the order of their lists. */
  readonly digest: string;
}

/** A configuration that was understood. */
export interface ReadConfiguration {
  readonly version: string;
  readonly digest: string;
  readonly settings: DeviceSettings;
  /** By name. */
  readonly workloads: readonly DesiredWorkload[];
  /** What of the files of workloads is uploaded; also of those that cannot be run as they are written. */
  readonly uploads: UploadTarget;
  /** Of each workload the text that was good: its own, or else the one given as the last good. */
  readonly good: ReadonlyMap<string, ReceivedWorkload>;
}

/**
 * Checks the structure of a configuration (wire: device-configuration-message). Throws `INVALID_INPUT` when it is not
 * valid, when it is another device's, or when two workloads have the same name.
 */
export function checkConfiguration(content: unknown, deviceId: string): CheckedConfiguration {
  const received = readContent(deviceConfigurationSchema, content, 'configuration');
  checkDevice(received, deviceId);
  checkNames(received.workloads);
  return { received, version: received.version ?? '', digest: digestOf(received) };
}

/**
 * Reads the workloads and settings of a configuration. Never throws: a workload that cannot be run as it is written gets
 * a `problem`, what `lastGood` has for it is run in its place, and the others are as they would be without it.
 */
export function readConfiguration(
  { received, version, digest }: CheckedConfiguration,
  place: ConfigurationPlace,
  lastGood: ReadonlyMap<string, ReceivedWorkload> = new Map(),
): ReadConfiguration {
  const good = new Map<string, ReceivedWorkload>();
  const workloads = received.workloads.map((workload) => {
    const [desired, text] = readWorkload(workload, place, lastGood.get(workload.name));
    if (text !== undefined) good.set(workload.name, text);
    return desired;
  });
  const [settings, uploads] = [readSettings(received), readUploads(received)];
  return { version, digest, settings, workloads: settleHostPorts(workloads), uploads, good };
}

function checkDevice({ device_id: deviceId }: ReceivedDeviceConfiguration, own: string): void {
  if (deviceId === undefined || deviceId === '' || deviceId === own) return;
  throw invalid(`it is for device ${deviceId}, and this is ${own}`);
}

function checkNames(workloads: readonly ReceivedWorkload[]): void {
  const seen = new Set<string>();
  for (const { name } of workloads) {
    if (name.length > MAX_WORKLOAD_NAME || !WORKLOAD_NAME.test(name)) {
      throw invalid(`${JSON.stringify(name)} is no workload name: a DNS subdomain of at most 63 characters is`);
    }
    if (seen.has(name)) throw invalid(`two workloads are called ${name}`);
    seen.add(name);
  }
}

function readWorkload(
  workload: ReceivedWorkload,
  { deviceId, exportPathOf }: ConfigurationPlace,
  lastGood: ReceivedWorkload | undefined,
): readonly [DesiredWorkload, ReceivedWorkload | undefined] {
  const { name } = workload;
  const place = { deviceId, exportPath: exportPathOf(name) };
  try {
    return [{ intent: 'run', name, pod: preparePod(workload, place) }, workload];
  } catch (error) {
    const problem = errorText(error);
    const pod = lastGood === undefined ? undefined : attempt(() => preparePod(lastGood, place));
    if (pod === undefined) return [{ intent: 'leave', name, problem }, undefined];
    return [{ intent: 'run', name, pod, problem }, lastGood];
  }
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

function digestOf(received: ReceivedDeviceConfiguration): string {
  const asked = { ...received, version: '', device_id: '', workloads: [...received.workloads].sort(byName) };
  return createHash('sha256').update(canonicalJson(asked)).digest('hex');
}

function invalid(message: string): K4eError {
  return new K4eError('INVALID_INPUT', { subject: 'configuration', message, retry: 'never' });
}
