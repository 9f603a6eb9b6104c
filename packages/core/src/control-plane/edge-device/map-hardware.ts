import { isRecord } from '../../foundation/index.ts';
import type { ReceivedHardwareInfo } from '../../protocol/index.ts';
import { hardwareStatusSchema } from '../../resources/index.ts';
import type { HardwareStatus } from '../../resources/index.ts';

function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_match, letter: string) => letter.toUpperCase());
}

function camelizeKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camelizeKeys);
  if (!isRecord(value)) return value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.map(([key, member]) => [camelCase(key), camelizeKeys(member)]));
}

/** Hardware of the wire (snake_case, frequency a number) as a status shows it (camelCase, frequency with two decimals). */
export function mapHardware(hardware: ReceivedHardwareInfo): HardwareStatus {
  const { cpu, ...rest } = hardware;
  const frequency = cpu?.frequency?.toFixed(2);
  const withText = cpu === undefined ? rest : { ...rest, cpu: { ...cpu, frequency } };
  return hardwareStatusSchema.parse(camelizeKeys(withText));
}

/** Hardware of which only what changed was sent, merged into what was known: parts that were not told stay. */
export function mergeHardware(known: HardwareStatus | undefined, changed: HardwareStatus): HardwareStatus {
  const parts = Object.entries(changed).filter(([, part]) => part !== undefined);
  return { ...known, ...Object.fromEntries(parts) };
}
