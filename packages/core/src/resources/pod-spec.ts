import * as z from 'zod';
import { withRules } from './rule.ts';

/** Where a workload's `/export` volume is mounted; reserved for k4e. */
export const EXPORT_MOUNT_PATH = '/export';

/** Most containers and init containers of a pod, each. */
export const MAX_CONTAINERS = 32;
/** Most ports, mounts, or environment entries of a container, each. */
export const MAX_CONTAINER_ENTRIES = 256;

const preserved = { 'x-kubernetes-preserve-unknown-fields': true };

const portSchema = z
  .looseObject({
    containerPort: z.int().min(1).max(65_535).describe('The port that the container listens on.'),
    hostPort: z
      .int()
      .min(1)
      .max(65_535)
      .optional()
      .describe('The port of the device that leads to it. Without one the port is not published.'),
    protocol: z.enum(['TCP', 'UDP', 'SCTP']).default('TCP').describe('TCP or UDP; SCTP is refused in the conditions.'),
  })
  .meta(preserved);

const mountPathSchema = z.string().min(1).max(1_024);

/**
 * Segments that make a path lead elsewhere than it reads: empty ones, `.` and `..`. The CEL rule says the same with a
 * shorter pattern: the API server's estimate of its cost grows with the pattern, and the longer one is over the budget.
 */
const DETOUR = /\/\/|(^|\/)[.][.]?(\/|$)/;

const volumeMountSchema = withRules(
  z
    .looseObject({
      name: z.string().min(1).max(63).describe('The volume to mount.'),
      mountPath: mountPathSchema.describe('Where the container sees it.'),
    })
    .meta(preserved),
  [
    {
      cel: "!(self.mountPath == '/export' || self.mountPath.startsWith('/export/'))",
      message: '/export is provided by k4e for the files to upload; remove this volume mount',
      holds: ({ mountPath }) => mountPath !== EXPORT_MOUNT_PATH && !mountPath.startsWith(`${EXPORT_MOUNT_PATH}/`),
    },
    {
      cel: "!(self.mountPath.matches('/\\\\.?\\\\.?/') || self.mountPath == '.' || self.mountPath == '..' || self.mountPath.startsWith('./') || self.mountPath.startsWith('../') || self.mountPath.endsWith('/.') || self.mountPath.endsWith('/..'))",
      message: 'mountPath must be a plain path, without "//", "." and ".." in it',
      holds: ({ mountPath }) => !DETOUR.test(mountPath),
    },
  ],
);

const containerSchema = z
  .looseObject({
    name: z
      .string()
      .min(1)
      .max(63)
      .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/)
      .describe('Unique in the pod; a DNS label.'),
    image: z
      .string()
      .min(1)
      .max(1_024)
      .describe('The image to run. With a tag other than "latest" it is pulled only when the device lacks it.'),
    ports: z.array(portSchema).max(MAX_CONTAINER_ENTRIES).optional().describe('Ports of the container.'),
    volumeMounts: z
      .array(volumeMountSchema)
      .max(MAX_CONTAINER_ENTRIES)
      .optional()
      .describe('Volumes that the container sees.'),
  })
  .meta(preserved);

/** A Kubernetes `v1` PodSpec. Only what k4e decides by is spelled out; every other field is kept as it is. */
export const podSpecSchema = z
  .looseObject({
    containers: z
      .array(containerSchema)
      .min(1)
      .max(MAX_CONTAINERS)
      .describe(
        'The containers of the pod. Every field of a Kubernetes Container may be used; those that k4e decides by are below.',
      ),
    initContainers: z
      .array(containerSchema)
      .max(MAX_CONTAINERS)
      .optional()
      .describe('Containers that run to their end first.'),
    restartPolicy: z
      .enum(['Always', 'OnFailure', 'Never'])
      .optional()
      .describe('What happens when a container exits. Default: Always.'),
    terminationGracePeriodSeconds: z
      .int()
      .min(0)
      .max(3_600)
      .optional()
      .describe('Seconds between SIGTERM and SIGKILL. Default: 30.'),
  })
  .meta(preserved);

/** A Kubernetes `v1` PodSpec with the fields that k4e decides by. */
export type PodSpec = z.infer<typeof podSpecSchema>;

/** A container of a pod. */
export type PodContainer = PodSpec['containers'][number];
