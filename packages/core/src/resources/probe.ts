import * as z from 'zod';

/** Longest time between two probes, and before the first one, in seconds. A day. */
export const MAX_PROBE_PERIOD_SECONDS = 86_400;
/** Longest time that one probe may take, in seconds. */
export const MAX_PROBE_TIMEOUT_SECONDS = 300;
/** Highest threshold of a probe. */
export const MAX_PROBE_THRESHOLD = 1_000;
/** Most words of a probe's command, and most headers of its request. */
export const MAX_PROBE_ENTRIES = 64;

/** The fields of a container that are probes (wire: Kubernetes `Probe`). */
export const PROBE_FIELDS = ['startupProbe', 'livenessProbe', 'readinessProbe'] as const;

const portSchema = z.union([z.int().min(1).max(65_535), z.string().min(1).max(15)], {
  error: 'has to be a port from 1 to 65535, or the name of a port of the container',
});
const hostSchema = z
  .string()
  .regex(/^[A-Za-z0-9._:-]{0,253}$/, 'has to be a host name or an address')
  .nullish();
const headerSchema = z.looseObject({
  name: z.string().regex(/^[A-Za-z0-9_-]{1,128}$/, 'has to be the name of an HTTP header'),
  // eslint-disable-next-line no-control-regex -- a header must not hold any
  value: z.string().regex(/^[^\x00-\x08\x0a-\x1f\x7f]{0,4096}$/, 'has to be one line of text'),
});
const count = (max: number, min = 1) => z.int().min(min).max(max).nullish();

const HANDLERS = ['exec', 'httpGet', 'tcpSocket'] as const;

const probeSchema = z
  .looseObject({
    exec: z.looseObject({ command: z.array(z.string().max(65_536)).min(1).max(MAX_PROBE_ENTRIES) }).nullish(),
    httpGet: z
      .looseObject({
        path: z.string().max(4_096).nullish(),
        port: portSchema,
        host: hostSchema,
        scheme: z.enum(['HTTP', 'HTTPS']).nullish(),
        httpHeaders: z.array(headerSchema).max(MAX_PROBE_ENTRIES).nullish(),
      })
      .nullish(),
    tcpSocket: z.looseObject({ port: portSchema, host: hostSchema }).nullish(),
    grpc: z.null({ error: 'devices speak no gRPC; use tcpSocket, or exec with a program of the image' }).optional(),
    initialDelaySeconds: count(MAX_PROBE_PERIOD_SECONDS, 0),
    periodSeconds: count(MAX_PROBE_PERIOD_SECONDS),
    timeoutSeconds: count(MAX_PROBE_TIMEOUT_SECONDS),
    successThreshold: count(MAX_PROBE_THRESHOLD),
    failureThreshold: count(MAX_PROBE_THRESHOLD),
    terminationGracePeriodSeconds: count(3_600),
  })
  .refine((probe) => hasOtherHandler(probe) || handlersOf(probe).length === 1, {
    error: `has to have just one of ${HANDLERS.join(', ')}`,
  });

/** A probe of a container (wire: Kubernetes `Probe`), as far as devices make them. */
export type Probe = z.infer<typeof probeSchema>;

function handlersOf(probe: Record<string, unknown>): readonly string[] {
  return HANDLERS.filter((handler) => probe[handler] !== undefined && probe[handler] !== null);
}

/** Refused for itself. */
function hasOtherHandler(probe: Record<string, unknown>): boolean {
  return probe.grpc !== undefined && probe.grpc !== null;
}

/**
 * What of a container decides how it is probed. Devices and the control plane read probes by this alone, so what the one
 * accepts the other can do. The names of ports are those of the container.
 */
export const probedContainerSchema = z
  .looseObject({
    name: z.string(),
    ports: z
      .array(z.looseObject({ name: z.string().nullish(), containerPort: z.int(), protocol: z.string().nullish() }))
      .nullish(),
    startupProbe: probeSchema.nullish(),
    livenessProbe: probeSchema.nullish(),
    readinessProbe: probeSchema.nullish(),
  })
  .superRefine((container, context) => {
    for (const field of PROBE_FIELDS) {
      for (const { path, message } of refusals(container, field)) {
        context.addIssue({ code: 'custom', path: [field, ...path], message });
      }
    }
  });

/** A container as far as its probes are concerned. */
export type ProbedContainer = z.infer<typeof probedContainerSchema>;

interface Refusal {
  readonly path: readonly string[];
  readonly message: string;
}

function refusals(container: ProbedContainer, field: (typeof PROBE_FIELDS)[number]): readonly Refusal[] {
  const probe = container[field];
  if (probe === undefined || probe === null) return [];
  const isReadiness = field === 'readinessProbe';
  const { successThreshold, terminationGracePeriodSeconds: grace } = probe;
  const names = (['httpGet', 'tcpSocket'] as const).filter((handler) => {
    const port = probe[handler]?.port;
    return port !== undefined && portNumber(container, port) === undefined;
  });
  return [
    ...names.map((handler) => ({ path: [handler, 'port'], message: 'no TCP port of the container has that name' })),
    ...(!isReadiness && (successThreshold ?? 1) !== 1
      ? [{ path: ['successThreshold'], message: 'has to be 1, other than for readiness' }]
      : []),
    ...(isReadiness && grace !== undefined && grace !== null
      ? [{ path: ['terminationGracePeriodSeconds'], message: 'a readiness probe ends no container; remove it' }]
      : []),
  ];
}

/** The number of a port that a probe names; `undefined` when the container has no TCP port of that name. */
export function portNumber({ ports }: ProbedContainer, port: number | string): number | undefined {
  if (typeof port === 'number') return port;
  return ports?.find(({ name, protocol }) => name === port && (protocol ?? 'TCP') === 'TCP')?.containerPort;
}
