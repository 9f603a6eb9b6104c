import type { ReceivedWorkload } from '../../protocol/index.ts';
import { readProbes } from '../probes/index.ts';
import type { RunnablePod } from './desired-workload.ts';
import { hostPortsOf } from './host-ports.ts';
import { writePodNote } from './pod-note.ts';
import { readPodSpec } from './read-pod-spec.ts';
import { renderPod } from './render-pod.ts';
import type { PodPlace } from './render-pod.ts';

/** Time between SIGTERM and SIGKILL of a pod that names none, in milliseconds (as in Kubernetes). */
export const DEFAULT_GRACE_MS = 30_000;

/**
 * Makes what can run of a workload as it was received. Throws `INVALID_INPUT`, subject = the workload.
 * Credentials for its images and probes are no part of the fingerprint: other ones replace no running pod.
 */
export function preparePod({ name, specification, imageRegistries }: ReceivedWorkload, place: PodPlace): RunnablePod {
  const spec = readPodSpec(specification, name);
  const registryAuth = imageRegistries?.authFile;
  const lookAfter = {
    ports: hostPortsOf(spec, name),
    restartPolicy: spec.restartPolicy ?? 'Always',
    graceMs:
      spec.terminationGracePeriodSeconds === undefined ? DEFAULT_GRACE_MS : spec.terminationGracePeriodSeconds * 1_000,
  } as const;
  const probes = readProbes(spec, name);
  const request = { ...renderPod(name, spec, place), note: writePodNote(lookAfter) };
  return {
    ...lookAfter,
    ...(probes.length === 0 ? {} : { probes }),
    request: registryAuth === undefined || registryAuth === '' ? request : { ...request, registryAuth },
    containers: spec.containers.map((container) => container.name),
  };
}
