import { K4eError } from '@k4e/core';
import type { PodRequest } from '@k4e/core/ports';
import * as z from 'zod';
import type { WantedImage } from '../images/index.ts';

/** A container of a manifest: what this adapter reads of it; all else goes through to podman. */
const manifestContainer = z.looseObject({
  name: z.string().min(1),
  image: z.string().min(1),
  imagePullPolicy: z.string().nullish(),
  ports: z.array(z.looseObject({ hostPort: z.number().int().nullish() })).nullish(),
  volumeMounts: z.array(z.looseObject({ name: z.string() })).nullish(),
});

/** A pod's manifest: what this adapter reads of it; all else goes through to podman. */
const podManifest = z.looseObject({
  metadata: z.looseObject({ labels: z.record(z.string(), z.string()).nullish() }).nullish(),
  spec: z.looseObject({
    initContainers: z.array(manifestContainer).nullish(),
    containers: z.array(manifestContainer).min(1),
    volumes: z.array(z.looseObject({ name: z.string(), emptyDir: z.unknown().optional() })).nullish(),
  }),
});

/** A container of a manifest that was read. */
export type ManifestContainer = z.infer<typeof manifestContainer>;
/** A manifest that was read. */
export type PodManifest = z.infer<typeof podManifest>;

/** Reads a request's manifest. Throws `INVALID_INPUT`, to be tried never again, when it is no pod with containers. */
export function readManifest(pod: PodRequest): PodManifest {
  const parsed = podManifest.safeParse(pod.manifest);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const message = `the pod's manifest cannot be used: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`;
  throw new K4eError('INVALID_INPUT', { subject: pod.name, message, retry: 'never' });
}

/** All images that the pod needs, each once, in the order of their use. One may be pulled unless all its users forbid it. */
export function manifestImages({ spec }: PodManifest): readonly WantedImage[] {
  const containers = [...(spec.initContainers ?? []), ...spec.containers];
  return [...Map.groupBy(containers, ({ image }) => image)].map(([name, users]) => ({
    name,
    mayBePulled: users.some(({ imagePullPolicy }) => imagePullPolicy !== 'Never'),
  }));
}
