import type { PodRequest } from '@k4e/core/ports';

/** The label that says whose a pod is. Its value is the owner that the runtime was created with. */
export const OWNER_LABEL = 'io.k4e.owner';
/** The label that holds `PodRequest.fingerprint`. */
export const FINGERPRINT_LABEL = 'io.k4e.fingerprint';
/** The label that holds the pod's name: podman's container events carry labels, and no pod name. */
export const POD_LABEL = 'io.k4e.pod';
/** The label that holds the names of the pod's containers, joined by commas: tells a half-created pod from a whole one. */
export const CONTAINERS_LABEL = 'io.k4e.containers';
/** The label that holds `PodRequest.note`. */
export const NOTE_LABEL = 'io.k4e.note';

const OWNER_PATTERN = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;

/** Whether `owner` can be a label value, and so part of a filter: 1 to 63 characters of [A-Za-z0-9._-]. */
export function isOwner(owner: string): boolean {
  return OWNER_PATTERN.test(owner);
}

/** Podman's filter for pods and containers of that owner. */
export function ownedFilter(owner: string): { readonly label: readonly string[] } {
  return { label: [`${OWNER_LABEL}=${owner}`] };
}

/** The labels that a pod of ours carries; podman copies them to its containers. */
export function ownLabels(owner: string, pod: PodRequest, containerNames: readonly string[]): Record<string, string> {
  return {
    [OWNER_LABEL]: owner,
    [FINGERPRINT_LABEL]: pod.fingerprint,
    [POD_LABEL]: pod.name,
    [CONTAINERS_LABEL]: containerNames.join(','),
    ...(pod.note === undefined ? {} : { [NOTE_LABEL]: pod.note }),
  };
}

/** The names that `CONTAINERS_LABEL` holds; `undefined` without it. */
export function labelledContainers(labels: Readonly<Record<string, string>>): readonly string[] | undefined {
  return labels[CONTAINERS_LABEL]?.split(',');
}
