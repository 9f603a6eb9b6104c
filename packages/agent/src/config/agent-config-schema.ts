import { isAbsolute } from 'node:path';
import { isDnsLabel } from '@k4e/core';
import { LOG_FORMATS, LOG_LEVELS } from '@k4e/logging-pino';
import * as z from 'zod';

const LONGEST_PATH = 4_096;
/** Longest path of a unix socket on Linux, in bytes. */
const LONGEST_SOCKET_PATH = 107;
/** Sockets lie below it. */
const LONGEST_RUN_DIR = 64;
const MAX_HOST = 260;
const MAX_ALLOWED_HOSTS = 64;
const MAX_KEPT_PORTS = 256;
const MAX_TOPIC_PREFIX = 256;
const MAX_USERNAME = 1_024;
const HTTP_SCHEMES: readonly string[] = ['http:', 'https:'];
const MQTT_SCHEMES: readonly string[] = ['mqtt:', 'mqtts:'];
const HIGHEST_PORT = 65_535;
const SECONDS_A_DAY = 86_400;

const absolutePath = (longest: number) =>
  z
    .string()
    .max(longest)
    .refine(isAbsolute, 'must be an absolute path')
    .refine((path) => !path.includes('\0'));

const controlPlaneUrl = z
  .string()
  .max(LONGEST_PATH)
  .superRefine((text, context) => {
    const problem = problemOfUrl(URL.parse(text));
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
  });

const port = z.string().superRefine((text, context) => {
  const [, number] = /^(\d{1,5})\/(tcp|udp)$/.exec(text) ?? [];
  const isPort = number !== undefined && Number(number) >= 1 && Number(number) <= HIGHEST_PORT;
  if (!isPort) context.addIssue({ code: 'custom', message: 'must be a port and a protocol, such as 22/tcp' });
});

/** How a broker is met, where the control plane is behind one. */
const mqttSettings = z.strictObject({
  topicPrefix: z.string().min(1).max(MAX_TOPIC_PREFIX).optional(),
  username: z.string().min(1).max(MAX_USERNAME).optional(),
  passwordFile: absolutePath(LONGEST_PATH).optional(),
  caFile: absolutePath(LONGEST_PATH).optional(),
  certFile: absolutePath(LONGEST_PATH).optional(),
  keyFile: absolutePath(LONGEST_PATH).optional(),
});

/**
 * The configuration of an agent, as it stands in its file. One schema: what the file may hold, what the flags set, and what
 * `--check-config` prints.
 */
export const agentConfigSchema = z.strictObject({
  deviceId: z.string().refine(isDnsLabel, 'must be a DNS label: 1 to 63 lower-case letters, digits and inner hyphens'),
  controlPlane: z.strictObject({ url: controlPlaneUrl, mqtt: mqttSettings.optional() }),
  stateDir: absolutePath(LONGEST_PATH),
  statusFile: absolutePath(LONGEST_PATH),
  podman: z.strictObject({ socket: absolutePath(LONGEST_SOCKET_PATH) }),
  firewall: z.strictObject({
    kind: z.enum(['nftables', 'none']),
    policy: z.enum(['accept', 'drop']),
    keepOpen: z.array(port).max(MAX_KEPT_PORTS),
  }),
  log: z.strictObject({ level: z.enum(LOG_LEVELS), format: z.enum(LOG_FORMATS) }),
  pollIntervalSeconds: z.number().min(1).max(SECONDS_A_DAY),
  gateway: z.strictObject({
    workersDir: absolutePath(LONGEST_PATH),
    runDir: absolutePath(LONGEST_RUN_DIR),
    allowedHosts: z.array(z.string().min(1).max(MAX_HOST)).max(MAX_ALLOWED_HOSTS),
    dataHost: z.string().min(1).max(MAX_HOST).optional(),
    tagsFile: absolutePath(LONGEST_PATH),
  }),
  osImageId: z.string().min(1).max(1_024),
});

/** The configuration of an agent, complete. */
export type AgentConfig = z.output<typeof agentConfigSchema>;

const { controlPlane } = agentConfigSchema.shape;

/** The configuration of a device worker: it knows its gateway, and need not know the control plane. */
export const workerConfigSchema = agentConfigSchema.extend({ controlPlane: controlPlane.partial() });

/** The configuration of a device worker, complete. */
export type WorkerConfig = z.output<typeof workerConfigSchema>;

/** Whether the control plane is behind a broker. */
export function isBehindBroker(url: string): boolean {
  return MQTT_SCHEMES.includes(URL.parse(url)?.protocol ?? '');
}

function problemOfUrl(url: URL | null): string | undefined {
  if (url === null) return 'must be a URL, such as http://k4e.example:8888';
  const isBroker = MQTT_SCHEMES.includes(url.protocol);
  if (!isBroker && !HTTP_SCHEMES.includes(url.protocol)) {
    return 'must begin with http:// or https://, or with mqtt:// or mqtts:// for a broker';
  }
  if (isBroker && !/^\/?$/.test(url.pathname)) return 'must not have a path';
  if (url.username !== '' || url.password !== '') return 'must not hold credentials';
  if (url.search !== '' || url.hash !== '') return 'must not have a query or a fragment';
  return undefined;
}
