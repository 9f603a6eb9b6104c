import * as z from 'zod';
import { conditionSchema } from './condition.ts';
import { hardwareStatusSchema } from './hardware-status.ts';
import { deviceStorageSchema, storageStatusSchema, uploadStatusSchema } from './device-storage.ts';
import { intervalSeconds } from './interval.ts';
import type { Resource } from './resource.ts';

const time = () => z.iso.datetime({ offset: true });

/** Default of `spec.heartbeat.periodSeconds`. */
export const DEFAULT_HEARTBEAT_PERIOD_SECONDS = 60;
/** Most deployments that one device carries. */
export const MAX_DEVICE_DEPLOYMENTS = 256;

const heartbeatSchema = z.strictObject({
  periodSeconds: intervalSeconds()
    .default(DEFAULT_HEARTBEAT_PERIOD_SECONDS)
    .describe(
      'Seconds between two heartbeats. A device that is silent for almost two periods is shown as unreachable.',
    ),
  hardwareProfile: z
    .strictObject({
      include: z.boolean().default(false).describe('Whether heartbeats carry hardware information.'),
      scope: z.enum(['full', 'delta']).default('full').describe('full: all of it each time; delta: only what changed.'),
    })
    .optional()
    .describe('Hardware information in heartbeats.'),
});

/** What a fleet operator wants of a device. */
export const edgeDeviceSpecSchema = z.strictObject({
  osImageId: z.string().max(1_024).optional().describe('Operating system image that the device registered with.'),
  requestTime: time().optional().describe('When the device asked to be registered.'),
  heartbeat: heartbeatSchema.optional().describe('How often the device reports, and what.'),
  pollIntervalSeconds: intervalSeconds()
    .optional()
    .describe('Seconds between two looks for a new configuration. The agent default is 5.'),
  monitoringIntervalSeconds: intervalSeconds()
    .optional()
    .describe(
      'Seconds between two checks of the device for drift, such as edited firewall rules. The agent default is 30.',
    ),
  storage: deviceStorageSchema.optional().describe('Where the files of the workloads go, and how.'),
});

const deviceDeploymentSchema = z.strictObject({
  name: z.string().min(1).max(63).describe('The EdgeDeployment, in the same namespace.'),
  assignedTime: time().optional().describe('When the deployment was matched to this device.'),
  withdrawnTime: time()
    .optional()
    .describe(
      'When it was withdrawn: the device is no longer told to run it. The entry goes when the device has confirmed, or after the grace period.',
    ),
  phase: z
    .string()
    .max(63)
    .default('Deploying')
    .describe(
      'Deploying, then the state of the pod as the device reports it: Running, Exited, Degraded, Error and so on.',
    ),
  lastTransitionTime: time().optional().describe('When the phase last changed.'),
  lastDataUpload: time().optional().describe('When the files of the workload were last uploaded completely.'),
  message: z.string().max(1_024).optional().describe('Why it does not run, in the words of the device.'),
  nextRetryTime: time().optional().describe('When the device will try again.'),
  upload: uploadStatusSchema
    .optional()
    .describe('Files of the workload that are not in the bucket. The figures are as old as lastSeenTime.'),
});

/** What is known of a device. */
export const edgeDeviceStatusSchema = z.strictObject({
  phase: z
    .string()
    .max(63)
    .optional()
    .describe('up, degraded, unreachable, registered (no heartbeat yet) or deleting.'),
  reportedPhase: z
    .string()
    .max(63)
    .optional()
    .describe('What the device said of itself in its last heartbeat: up or degraded.'),
  lastSeenTime: time()
    .optional()
    .describe('A heartbeat arrived at this time. Renewed at least every five minutes while the device is alive.'),
  lastSyncedResourceVersion: z
    .string()
    .max(253)
    .optional()
    .describe('Version of the configuration that the device has applied.'),
  configurationVersion: z
    .string()
    .max(253)
    .optional()
    .describe('Version of the configuration that the device should have.'),
  dataObc: z.string().max(253).optional().describe('Name of the ObjectBucketClaim for the files of the device.'),
  storage: storageStatusSchema.optional().describe('The bucket of the device.'),
  features: z
    .array(z.string().max(63))
    .max(32)
    .optional()
    .meta({ 'x-kubernetes-list-type': 'atomic' })
    .describe('What the agent on the device can take beyond the basic protocol.'),
  workloads: z
    .strictObject({
      wanted: z.int().min(0).describe('Workloads that should run.'),
      running: z.int().min(0).describe('Workloads that do.'),
      summary: z.string().max(63).describe('running/wanted, for people.'),
    })
    .optional()
    .describe('Workloads in figures.'),
  deployments: z
    .array(deviceDeploymentSchema)
    .max(MAX_DEVICE_DEPLOYMENTS)
    .optional()
    .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] })
    .describe('The deployments of the device and how they fare.'),
  hardware: hardwareStatusSchema.optional().describe('What the device is made of.'),
  conditions: z
    .array(conditionSchema)
    .max(32)
    .optional()
    .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['type'] })
    .describe(
      'Ready: the device reports. Synced: it has applied its configuration. WorkloadsReady: all its workloads run. Capacity: there only while deployments are left out, False. StorageReady: there while the device should have a bucket. UploadsReady: there while it has one and workloads that leave files; their files arrive in it.',
    ),
});

/** What a fleet operator wants of a device. */
export type EdgeDeviceSpec = z.infer<typeof edgeDeviceSpecSchema>;
/** What is known of a device. */
export type EdgeDeviceStatus = z.infer<typeof edgeDeviceStatusSchema>;
/** How one deployment fares on one device. */
export type DeviceDeployment = z.infer<typeof deviceDeploymentSchema>;

/** A device of the fleet. */
export interface EdgeDevice extends Resource {
  readonly spec?: EdgeDeviceSpec;
  readonly status?: EdgeDeviceStatus;
}
