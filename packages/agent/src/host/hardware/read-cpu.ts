import type { HardwareInfo } from '@k4e/core/protocol';
import { MAX_HARDWARE_ITEMS } from '@k4e/core/protocol';
import type { SystemFiles } from './system-files.ts';
import { toInteger, wireValue } from './system-files.ts';

const MAX_CPUINFO_BYTES = 4_194_304;
const KHZ_PER_MHZ = 1_000;

/** The processor: names, flags (`Features` on Arm), and the highest frequency in MHz. `architecture` as `uname -m` has it. */
export async function readCpu(files: SystemFiles, architecture: string): Promise<HardwareInfo['cpu']> {
  const lines = ((await files.text('proc/cpuinfo', MAX_CPUINFO_BYTES)) ?? '').split('\n').map(splitLine);
  const valuesOf = (...keys: readonly string[]): string[] =>
    lines.filter(({ key }) => keys.includes(key)).map(({ value }) => value);
  const count = valuesOf('processor').length;
  const frequencies = [...valuesOf('cpu MHz').map(Number), ...(await scalingFrequencies(files))];
  const highest = Math.max(0, ...frequencies.filter(Number.isFinite));
  return {
    architecture,
    count: count > 0 ? count : undefined,
    frequency: highest > 0 ? highest : undefined,
    model_name: wireValue(valuesOf('model name', 'Model Name')[0] ?? valuesOf('Hardware', 'Model', 'cpu model')[0]),
    flags: (valuesOf('flags', 'Features')[0] ?? '').split(/\s+/).filter(Boolean).slice(0, MAX_HARDWARE_ITEMS),
  };
}

function splitLine(line: string): { readonly key: string; readonly value: string } {
  const colon = line.indexOf(':');
  return { key: line.slice(0, colon).trim(), value: line.slice(colon + 1).trim() };
}

async function scalingFrequencies(files: SystemFiles): Promise<readonly number[]> {
  const directory = 'sys/devices/system/cpu/cpufreq';
  const policies = (await files.names(directory)).filter((name) => name.startsWith('policy'));
  const texts = await Promise.all(policies.map((policy) => files.value(`${directory}/${policy}/cpuinfo_max_freq`)));
  return texts.map((text) => (toInteger(text) ?? 0) / KHZ_PER_MHZ);
}
