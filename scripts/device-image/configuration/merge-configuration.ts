import { mergeSettings } from '../../../packages/agent/src/config/index.ts';
import { deviceConfigurationSchema } from './device-configuration-schema.ts';
import type { DeviceConfiguration } from './device-configuration-schema.ts';

/** What holds when several sources speak: each wins over those before it, setting by setting; lists are replaced whole. */
export function mergeConfiguration(sources: readonly DeviceConfiguration[]): DeviceConfiguration {
  return deviceConfigurationSchema.parse(
    sources.reduce<Record<string, unknown>>((under, over) => mergeSettings(under, over), {}),
  );
}
