import { readFile } from 'node:fs/promises';
import { K4eError } from '@k4e/core';
import type { AgentUser, ConfigSources } from '../config/index.ts';
import { DEFAULT_CONFIG_FILE, MACHINE_ID_PATH, readConfigFile } from '../config/index.ts';
import type { AgentFlags } from './parse-flags.ts';
import { FLAG_NAMES } from './parse-flags.ts';

/** How a program makes its configuration of what it is told. */
export interface ConfigReading<Config> {
  readonly resolve: (sources: ConfigSources) => Config;
  /** What a gateway says in the environment, in the shape of the configuration file. */
  readonly gateway?: (env: AgentUser['env']) => Readonly<Record<string, unknown>>;
}

/** The configuration that holds for a user. Rejects as `resolve` does, and with `CONFIG_INVALID` for a file that cannot be read. */
export async function loadConfig<Config>(
  { resolve, gateway }: ConfigReading<Config>,
  { configFile, settings }: Pick<AgentFlags, 'configFile' | 'settings'>,
  user: AgentUser,
): Promise<Config> {
  const path = configFile ?? DEFAULT_CONFIG_FILE;
  const file = await readConfigFile(path);
  if (file === undefined && configFile !== undefined) {
    throw new K4eError('CONFIG_INVALID', { subject: path, message: 'there is no such file', retry: 'never' });
  }
  const machineId = await readFile(MACHINE_ID_PATH, 'utf8').catch(() => undefined);
  const told = gateway === undefined ? {} : { gateway: gateway(user.env) };
  return resolve({ file: file ?? {}, flags: settings, flagNames: FLAG_NAMES, machineId, user, ...told });
}
