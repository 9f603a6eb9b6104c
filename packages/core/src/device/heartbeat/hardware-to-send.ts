import { jsonEqual } from '../../foundation/index.ts';
import type { HardwareInfo } from '../../protocol/index.ts';

/**
 * What of the hardware goes into a heartbeat: all of it, or those parts that are not as the control plane knows them
 * (`acknowledged`); `undefined` when there are none. A list that has gone is sent as empty. Pure.
 */
export function hardwareToSend(
  current: HardwareInfo,
  acknowledged: HardwareInfo | undefined,
  scope: 'full' | 'delta',
): HardwareInfo | undefined {
  if (scope === 'full' || acknowledged === undefined) return current;
  const known = new Map<string, unknown>(Object.entries(acknowledged));
  const changed = Object.entries(current).filter(([part, value]) => !jsonEqual(value, known.get(part)));
  const present = new Set(Object.keys(current));
  const emptied = [...known].filter(([part, value]) => !present.has(part) && Array.isArray(value) && value.length > 0);
  const parts: readonly (readonly [string, unknown])[] = [...changed, ...emptied.map(([part]) => [part, []] as const)];
  return parts.length === 0 ? undefined : Object.fromEntries<unknown>(parts);
}
