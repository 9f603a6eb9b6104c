import { isRecord } from '@k4e/core';
import { parse } from 'yaml';
import { checkSettings } from './parse-settings.ts';
import type { ParsedSettings } from './parse-settings.ts';
import { deviceConfigurationSchema } from './device-configuration-schema.ts';
import type { DeviceConfiguration } from './device-configuration-schema.ts';

const PREFIX = 'k4e.';
/** Arguments of ours that are no settings: they are for the initramfs. */
const OTHERS: readonly string[] = ['k4e.medium'];

/**
 * The settings in a kernel's command line, such as `k4e.controlPlane.url=http://k4e.example:8888`. Values are YAML:
 * `k4e.network.dns=[10.0.0.1]`. A value with blanks stands in double quotes, as the kernel has it.
 */
export function kernelSettings(commandLine: string): ParsedSettings<DeviceConfiguration> {
  const said: Record<string, unknown> = {};
  const problems: string[] = [];
  for (const { name, value } of argumentsOf(commandLine)) {
    if (!name.startsWith(PREFIX) || OTHERS.includes(name)) continue;
    try {
      put(said, name.slice(PREFIX.length).split('.'), parse(value));
    } catch {
      problems.push(`kernel command line: ${name}: its value is no YAML`);
    }
  }
  const checked = checkSettings(said, deviceConfigurationSchema, () => 'kernel command line');
  return { settings: checked.settings, problems: [...problems, ...checked.problems] };
}

function argumentsOf(commandLine: string): readonly { readonly name: string; readonly value: string }[] {
  return (commandLine.match(/(?:[^\s"]|"[^"]*")+/g) ?? []).map((word) => {
    const [name = '', ...value] = word.replaceAll('"', '').split('=');
    return { name, value: value.join('=') };
  });
}

function put(target: Record<string, unknown>, [key = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
    return;
  }
  const below: unknown = Object.hasOwn(target, key) ? target[key] : undefined;
  const next = isRecord(below) ? { ...below } : {};
  put(next, rest, value);
  put(target, [key], next);
}
