import { errorText, isDnsLabel } from '@k4e/core';
import { DEFAULT_GRACE_PERIOD_MS } from '@k4e/core/control-plane';
import { DEFAULT_WORKERS } from '@k4e/core/reconcile';
import { LOG_FORMATS, LOG_LEVELS } from '@k4e/logging-pino';
import * as z from 'zod';
import { parseListenAddress } from '../http/index.ts';
import { storageConfigSchema } from './storage-config.ts';

/** Port of the edge API where nothing else is said (wire: k4e/yggdrasil devices expect it). */
export const DEFAULT_EDGE_PORT = 8888;
/** Port of probes and metrics where nothing else is said. */
export const DEFAULT_OPS_PORT = 8080;
/** Namespace of the operator itself, where its replicas meet. */
export const DEFAULT_OPERATOR_NAMESPACE = 'k4e-operator-system';
/** Name of the lease that the leader holds. */
export const DEFAULT_LEASE_NAME = 'k4e-operator-leader';
/** Longest grace period, in seconds: a day. */
export const MAX_GRACE_PERIOD_SECONDS = 86_400;
/** Most devices and deployments that are worked on at once. */
export const MAX_WORKERS = 64;
/** Longest that requests are waited for at the end, in seconds. */
export const MAX_DRAIN_SECONDS = 300;

const path = z.string().min(1).max(4_096);
const seconds = (min: number, max: number) => z.int().min(min).max(max);

const dnsLabel = z.string().refine(isDnsLabel, { error: 'must be 1 to 63 of a-z, 0-9 and inner hyphens' });

const listenAddress = z.string().check((context) => {
  try {
    parseListenAddress(context.value);
  } catch (error) {
    context.issues.push({ code: 'custom', message: errorText(error), input: context.value });
  }
});

const kubernetesStore = z.strictObject({
  type: z.literal('kubernetes'),
  kubeconfig: path.optional().describe('Path of a kubeconfig file. Default: KUBECONFIG, else the cluster it runs in.'),
  context: z.string().min(1).max(253).optional().describe('Context of the kubeconfig. Default: its current one.'),
});

const embeddedStore = z.strictObject({
  type: z.literal('embedded'),
  file: path.describe('Path of the database file; made when it is not there.'),
});

/** The configuration of the operator, as its file has it. Strict: a key that is not known is an error. */
export const operatorConfigSchema = z.strictObject({
  store: z
    .discriminatedUnion('type', [kubernetesStore, embeddedStore])
    .default({ type: 'kubernetes' })
    .describe('Where the resources are: a Kubernetes API, or a file for a single machine.'),
  edgeApi: z
    .strictObject({ address: listenAddress.default(`:${String(DEFAULT_EDGE_PORT)}`) })
    .prefault({})
    .describe('Where devices reach the operator.'),
  ops: z
    .strictObject({
      metricsAddress: listenAddress.default(`:${String(DEFAULT_OPS_PORT)}`).describe('Where /metrics is served.'),
      probeAddress: listenAddress.optional().describe('Where /healthz and /readyz are served. Default: there too.'),
    })
    .prefault({}),
  deviceNamespace: dnsLabel.default('default').describe('The namespace that devices register in.'),
  gracePeriodSeconds: seconds(0, MAX_GRACE_PERIOD_SECONDS)
    .default(DEFAULT_GRACE_PERIOD_MS / 1_000)
    .describe('How long a deletion waits for a device that does not answer.'),
  workers: z
    .int()
    .min(1)
    .max(MAX_WORKERS)
    .default(DEFAULT_WORKERS)
    .describe('Devices and deployments worked on at once.'),
  operatorNamespace: dnsLabel
    .default(DEFAULT_OPERATOR_NAMESPACE)
    .describe('The namespace where replicas of the operator meet: lease, and whom each of them heard.'),
  replicaId: dnsLabel
    .optional()
    .describe('Which replica this is, unique among them. Default: made from the host name.'),
  leaderElection: z
    .strictObject({
      enabled: z.boolean().default(false).describe('Whether one of several replicas is chosen to reconcile.'),
      leaseName: dnsLabel.default(DEFAULT_LEASE_NAME),
    })
    .prefault({}),
  storage: storageConfigSchema.prefault({}).describe('Where devices have the buckets from that files are uploaded to.'),
  log: z
    .strictObject({ level: z.enum(LOG_LEVELS).default('info'), format: z.enum(LOG_FORMATS).default('json') })
    .prefault({}),
  shutdown: z
    .strictObject({
      readinessDelaySeconds: seconds(0, 60)
        .default(0)
        .describe('How long requests are still taken after readiness is gone, until everybody knows.'),
      drainSeconds: seconds(1, MAX_DRAIN_SECONDS).default(10).describe('How long running requests are waited for.'),
    })
    .prefault({}),
});

/** The configuration of the operator, complete. */
export type OperatorConfig = z.output<typeof operatorConfigSchema>;
