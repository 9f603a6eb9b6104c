import * as z from 'zod';
import { K4eError } from '../foundation/index.ts';
import { DEPLOYMENT_NAME_MAX_LENGTH, edgeDeploymentSpecSchema, edgeDeploymentStatusSchema } from './edge-deployment.ts';
import type { EdgeDeployment } from './edge-deployment.ts';
import { edgeDeviceSpecSchema, edgeDeviceStatusSchema } from './edge-device.ts';
import type { EdgeDevice } from './edge-device.ts';
import type { ResourceKind } from './resource.ts';
import { withRules } from './rule.ts';

/** API group of k4e's own kinds. */
export const API_GROUP = 'management.k4e.io';
/** Their version. */
export const API_VERSION = 'v1alpha1';

const metadataSchema = z.looseObject({ name: z.string().min(1).max(253), namespace: z.string().min(1).max(63) });

/** The whole EdgeDevice, as its CRD describes it. */
export const edgeDeviceSchema = z
  .strictObject({
    apiVersion: z.string(),
    kind: z.string(),
    metadata: metadataSchema,
    spec: edgeDeviceSpecSchema.optional().describe('What is wanted of the device.'),
    status: edgeDeviceStatusSchema.optional().describe('What is known of the device.'),
  })
  .describe('A device of the fleet. It appears when the device registers; nobody has to create it.');

/** The whole EdgeDeployment, as its CRD describes it. */
export const edgeDeploymentSchema = withRules(
  z
    .strictObject({
      apiVersion: z.string(),
      kind: z.string(),
      metadata: metadataSchema,
      spec: edgeDeploymentSpecSchema.describe('Which pod runs on which devices.'),
      status: edgeDeploymentStatusSchema.optional().describe('How the deployment fares.'),
    })
    .describe('A pod that runs on every device it matches, by name or by labels, in its own namespace.'),
  [
    {
      cel: 'self.metadata.name.size() <= 63',
      message: 'the name of an EdgeDeployment may have 63 characters at most',
      holds: ({ metadata }) => metadata.name.length <= DEPLOYMENT_NAME_MAX_LENGTH,
    },
  ],
);

function admitter<T>(kind: string, schema: z.ZodType): (resource: unknown) => T {
  return (resource) => {
    const result = schema.safeParse(resource);
    if (result.success) return result.data as T;
    const issues = result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new K4eError('RESOURCE_INVALID', { subject: kind, message: issues.join('; '), retry: 'never' });
  };
}

/** The kind EdgeDevice. */
export const EDGE_DEVICE: ResourceKind<EdgeDevice> = {
  group: API_GROUP,
  version: API_VERSION,
  kind: 'EdgeDevice',
  plural: 'edgedevices',
  hasStatus: true,
  listMapKeys: [
    { path: 'status.deployments', key: 'name' },
    { path: 'status.conditions', key: 'type' },
  ],
  admit: admitter<EdgeDevice>('EdgeDevice', edgeDeviceSchema),
};

/** The kind EdgeDeployment. */
export const EDGE_DEPLOYMENT: ResourceKind<EdgeDeployment> = {
  group: API_GROUP,
  version: API_VERSION,
  kind: 'EdgeDeployment',
  plural: 'edgedeployments',
  hasStatus: true,
  listMapKeys: [{ path: 'status.conditions', key: 'type' }],
  admit: admitter<EdgeDeployment>('EdgeDeployment', edgeDeploymentSchema),
};
