import { K4eError, isRecord } from '@k4e/core';
import type * as z from 'zod';
import { agentConfigSchema, workerConfigSchema } from './agent-config-schema.ts';
import type { AgentConfig, WorkerConfig } from './agent-config-schema.ts';
import type { AgentUser } from './default-locations.ts';
import { DEFAULT_TAGS_FILE, DEFAULT_WORKERS_DIR, defaultLocations } from './default-locations.ts';
import { describeIssues } from './describe-issues.ts';
import { MACHINE_ID_PATH, deviceIdOfMachine } from './device-id.ts';

/** Everything that the configuration is made of. */
export interface ConfigSources {
  /** What the file says. */
  readonly file: Readonly<Record<string, unknown>>;
  /** What flags say, in the shape of the file; they win. */
  readonly flags: Readonly<Record<string, unknown>>;
  /** The flag that stands for a setting, by its path such as `controlPlane.url`. */
  readonly flagNames: ReadonlyMap<string, string>;
  /** The text of `/etc/machine-id`, where it can be read. */
  readonly machineId: string | undefined;
  readonly user: AgentUser;
  /** What a gateway says, in the shape of the file; it wins over everything else. */
  readonly gateway?: Readonly<Record<string, unknown>>;
}

/**
 * The configuration that holds: flags before the file before defaults. Pure. Throws `CONFIG_INVALID` that names every setting
 * which is wrong, missing, or not known, and `NOT_CONFIGURED` when all that is missing is where the control plane is.
 */
export function resolveAgentConfig(sources: ConfigSources): AgentConfig {
  return resolveConfig(sources, agentConfigSchema);
}

/** `resolveAgentConfig` for a device worker. */
export function resolveWorkerConfig(sources: ConfigSources): WorkerConfig {
  return resolveConfig(sources, workerConfigSchema);
}

function resolveConfig<Config>(sources: ConfigSources, schema: z.ZodObject & z.ZodType<Config>): Config {
  const { file, flags, gateway = {} } = sources;
  const merged = [file, flags, gateway].reduce(mergeSettings, defaults(sources));
  const result = schema.safeParse(merged, { reportInput: true });
  if (result.success) return result.data;
  const lines = describeIssues(result.error.issues, schema, (path) => nameOf(path, sources));
  const code = lines.every((line) => line === NO_CONTROL_PLANE) ? 'NOT_CONFIGURED' : 'CONFIG_INVALID';
  throw new K4eError(code, { message: [...lines, ...hints(lines)].join('\n'), retry: 'never' });
}

const NO_CONTROL_PLANE = 'controlPlane.url: is missing';

function defaults({ machineId, user }: ConfigSources): Record<string, unknown> {
  const { stateDir, podmanSocket, gatewayRunDir, statusFile } = defaultLocations(user);
  const deviceId = deviceIdOfMachine(machineId ?? '');
  return {
    ...(deviceId === undefined ? {} : { deviceId }),
    controlPlane: {},
    stateDir,
    podman: { socket: podmanSocket },
    firewall: { kind: user.uid === 0 ? 'nftables' : 'none', policy: 'accept', keepOpen: ['22/tcp'] },
    log: { level: 'info', format: 'text' },
    pollIntervalSeconds: 5,
    gateway: { workersDir: DEFAULT_WORKERS_DIR, runDir: gatewayRunDir, allowedHosts: [], tagsFile: DEFAULT_TAGS_FILE },
    statusFile,
    osImageId: 'unknown',
  };
}

/** `over` wins member by member; lists and everything else are replaced whole. `null` in a file means that it is not set. */
export function mergeSettings(
  under: Readonly<Record<string, unknown>>,
  over: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const merged = new Map(Object.entries(under));
  for (const [key, value] of Object.entries(over)) {
    if (value === null || value === undefined) continue;
    const below = merged.get(key);
    merged.set(key, isRecord(value) && isRecord(below) ? mergeSettings(below, value) : value);
  }
  return Object.fromEntries(merged);
}

function nameOf(path: string, { flags, flagNames }: ConfigSources): string {
  const flag = flagNames.get(path);
  return flag !== undefined && hasPath(flags, path.split('.')) ? flag : path;
}

function hasPath(value: unknown, [key, ...rest]: readonly string[]): boolean {
  return key === undefined ? value !== undefined : isRecord(value) && hasPath(value[key], rest);
}

function hints(lines: readonly string[]): readonly string[] {
  return [
    ...(lines.includes(NO_CONTROL_PLANE)
      ? ['Say where the operator is with --control-plane URL, or with controlPlane.url in the file.']
      : []),
    ...(lines.includes('deviceId: is missing')
      ? [`${MACHINE_ID_PATH} holds no machine id. Name the device with --device-id ID, or with deviceId in the file.`]
      : []),
  ];
}
