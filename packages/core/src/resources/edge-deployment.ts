import * as z from 'zod';
import { conditionSchema } from './condition.ts';
import { intervalSeconds } from './interval.ts';
import { podSpecSchema } from './pod-spec.ts';
import type { Resource } from './resource.ts';
import { withRules } from './rule.ts';

/** Longest name of an EdgeDeployment: it becomes the name part of a label. */
export const DEPLOYMENT_NAME_MAX_LENGTH = 63;
/** Most requirements of a selector, and most values of a requirement. */
export const MAX_SELECTOR_ENTRIES = 64;
/** Most failures that a deployment's status names. */
export const MAX_LISTED_FAILURES = 10;

const requirementSchema = withRules(
  z.strictObject({
    key: z.string().min(1).max(317).describe('The label to look at.'),
    operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']).describe('How its value relates to values.'),
    values: z
      .array(z.string().max(63))
      .max(MAX_SELECTOR_ENTRIES)
      .optional()
      .describe('For In and NotIn: the values. For Exists and DoesNotExist: none.'),
  }),
  [
    {
      cel: "self.operator in ['In', 'NotIn'] ? has(self.values) && size(self.values) > 0 : !has(self.values) || size(self.values) == 0",
      message: 'In and NotIn need values; Exists and DoesNotExist take none',
      holds: ({ operator, values }) =>
        (operator === 'In' || operator === 'NotIn') === (values !== undefined && values.length > 0),
    },
  ],
);

const selectorSchema = z.strictObject({
  matchLabels: z
    .record(z.string(), z.string().max(63))
    .refine((labels) => Object.keys(labels).length <= MAX_SELECTOR_ENTRIES, { message: 'too many labels' })
    .meta({ maxProperties: MAX_SELECTOR_ENTRIES })
    .optional()
    .describe('Labels that a device must have with just these values.'),
  matchExpressions: z
    .array(requirementSchema)
    .max(MAX_SELECTOR_ENTRIES)
    .optional()
    .describe('Requirements that the labels of a device must all meet.'),
});

const dataPathSchema = z.strictObject({
  source: z.string().min(1).max(1_024).describe('File or directory below /export of the workload.'),
  target: z.string().max(1_024).describe('Where it goes in the bucket of the device.'),
});

/** Which pod runs on which devices. */
export const edgeDeploymentSpecSchema = z.strictObject({
  device: z.string().min(1).max(63).optional().describe('The one EdgeDevice to run on. Wins over deviceSelector.'),
  deviceSelector: selectorSchema
    .optional()
    .describe('Devices to run on, by their labels. An empty selector matches every device of the namespace.'),
  type: z.enum(['pod']).default('pod').describe('What is deployed: a pod.'),
  pod: z
    .strictObject({
      spec: podSpecSchema.describe(
        'The pod, as a Kubernetes PodSpec: every field of one may be used. What a device cannot run is refused in the conditions.',
      ),
    })
    .describe('The pod to run.'),
  data: z
    .strictObject({
      paths: z.array(dataPathSchema).max(MAX_SELECTOR_ENTRIES).optional().describe('What to upload, and where to.'),
      intervalSeconds: intervalSeconds()
        .optional()
        .describe('Seconds between two looks for files to upload. Default: as the device has it.'),
    })
    .optional()
    .describe('Files that the workload leaves in /export for upload.'),
});

/** How a deployment fares over all its devices. */
export const edgeDeploymentStatusSchema = z.strictObject({
  observedGeneration: z.int().min(0).optional().describe('The metadata.generation that this status speaks of.'),
  matchedDevices: z.int().min(0).optional().describe('Devices that should run it.'),
  runningDevices: z.int().min(0).optional().describe('Devices that report it running.'),
  failedDevices: z.int().min(0).optional().describe('Devices that report an error.'),
  summary: z.string().max(63).optional().describe('running/matched, for people.'),
  failures: z
    .array(
      z.strictObject({
        device: z.string().max(63).describe('The device.'),
        message: z.string().max(1_024).describe('What it reports.'),
      }),
    )
    .max(MAX_LISTED_FAILURES)
    .optional()
    .describe('The first failures, by name of the device.'),
  conditions: z
    .array(conditionSchema)
    .max(32)
    .optional()
    .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['type'] })
    .describe('Accepted: the pod can run on devices. Ready: it runs on all that match.'),
});

/** Which pod runs on which devices. */
export type EdgeDeploymentSpec = z.infer<typeof edgeDeploymentSpecSchema>;
/** How a deployment fares over all its devices. */
export type EdgeDeploymentStatus = z.infer<typeof edgeDeploymentStatusSchema>;
/** Which devices a deployment is for, by their labels. */
export type DeviceSelector = z.infer<typeof selectorSchema>;

/** A pod and the devices that it runs on. */
export interface EdgeDeployment extends Resource {
  readonly spec: EdgeDeploymentSpec;
  readonly status?: EdgeDeploymentStatus;
}
