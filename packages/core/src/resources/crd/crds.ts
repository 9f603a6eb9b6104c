import type { JsonObject } from '../../foundation/index.ts';
import { EDGE_DEPLOYMENT, EDGE_DEVICE, edgeDeploymentSchema, edgeDeviceSchema } from '../kinds.ts';
import { deriveCrd } from './derive-crd.ts';
import type { CrdDefinition, PrinterColumn } from './derive-crd.ts';

const AGE: PrinterColumn = { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp', priority: 0 };

const EDGE_DEVICE_DEFINITION: CrdDefinition = {
  kind: EDGE_DEVICE,
  schema: edgeDeviceSchema,
  shortNames: ['ed'],
  categories: ['k4e'],
  columns: [
    { name: 'Phase', type: 'string', jsonPath: '.status.phase', priority: 0 },
    { name: 'Last Seen', type: 'date', jsonPath: '.status.lastSeenTime', priority: 0 },
    {
      name: 'Workloads',
      type: 'string',
      jsonPath: '.status.workloads.summary',
      description: 'Workloads that run, of those that should.',
      priority: 0,
    },
    {
      name: 'Version',
      type: 'string',
      jsonPath: '.status.lastSyncedResourceVersion',
      description: 'Configuration that the device has applied.',
      priority: 0,
    },
    {
      name: 'Synced',
      type: 'string',
      jsonPath: '.status.conditions[?(@.type=="Synced")].status',
      description: 'Whether that is the one it should have.',
      priority: 1,
    },
    {
      name: 'Bucket',
      type: 'string',
      jsonPath: '.status.storage.bucket',
      description: 'Where the files of its workloads go.',
      priority: 1,
    },
    {
      name: 'Storage',
      type: 'string',
      jsonPath: '.status.conditions[?(@.type=="StorageReady")].reason',
      description: 'Whether it has the bucket that it should have, or why not.',
      priority: 1,
    },
    AGE,
  ],
};

const EDGE_DEPLOYMENT_DEFINITION: CrdDefinition = {
  kind: EDGE_DEPLOYMENT,
  schema: edgeDeploymentSchema,
  shortNames: ['edep'],
  categories: ['k4e'],
  columns: [
    {
      name: 'Ready',
      type: 'string',
      jsonPath: '.status.summary',
      description: 'Devices that run it, of those that should.',
      priority: 0,
    },
    {
      name: 'Failed',
      type: 'integer',
      jsonPath: '.status.failedDevices',
      description: 'Devices that report an error.',
      priority: 0,
    },
    {
      name: 'Matched',
      type: 'integer',
      jsonPath: '.status.matchedDevices',
      description: 'Devices that should run it.',
      priority: 1,
    },
    {
      name: 'Running',
      type: 'integer',
      jsonPath: '.status.runningDevices',
      description: 'Devices that run it.',
      priority: 1,
    },
    {
      name: 'Accepted',
      type: 'string',
      jsonPath: '.status.conditions[?(@.type=="Accepted")].reason',
      description: 'Whether the pod can run on devices, or why not.',
      priority: 1,
    },
    AGE,
  ],
};

/** The CustomResourceDefinitions of k4e, by the name of their kind in the plural. */
export function k4eCrds(): Readonly<Record<string, JsonObject>> {
  const definitions = [EDGE_DEVICE_DEFINITION, EDGE_DEPLOYMENT_DEFINITION];
  return Object.fromEntries(definitions.map((definition) => [definition.kind.plural, deriveCrd(definition)]));
}
