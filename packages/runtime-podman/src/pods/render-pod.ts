import type { PodRequest } from '@k4e/core/ports';
import { readManifest } from './pod-manifest.ts';
import type { ManifestContainer, PodManifest } from './pod-manifest.ts';
import { ownLabels } from './pod-labels.ts';

/**
 * The manifest that podman plays for a pod, as JSON (which is YAML). It differs from the request's in what k4e does
 * itself, and in what podman would do otherwise:
 * - labels of ours, over any of the same keys;
 * - never restarted by podman, never pulled by podman: the caller and `ensureImages` do that;
 * - never probed by podman, which would begin timers of systemd: the caller does that;
 * - only ports with a host port: podman 4.3 publishes the others on the host, too;
 * - names of `emptyDir` volumes are made the pod's own: podman shares volumes of one name between pods.
 */
export function renderPod(pod: PodRequest, owner: string): string {
  const manifest = readManifest(pod);
  const { spec } = manifest;
  const renamed = new Map((spec.volumes ?? []).filter(isEmptyDir).map(({ name }) => [name, `k4e_${pod.name}_${name}`]));
  const containers = (list: readonly ManifestContainer[]) =>
    list.map((container) => renderContainer(container, renamed));
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { ...manifest.metadata, name: pod.name, labels: renderLabels(pod, owner, manifest) },
    spec: {
      ...spec,
      restartPolicy: 'Never',
      ...(spec.initContainers ? { initContainers: containers(spec.initContainers) } : {}),
      containers: containers(spec.containers),
      ...(spec.volumes ? { volumes: spec.volumes.map((volume) => renameIn(renamed, volume)) } : {}),
    },
  });
}

function isEmptyDir(volume: { readonly emptyDir?: unknown }): boolean {
  return volume.emptyDir !== undefined && volume.emptyDir !== null;
}

function renderLabels(pod: PodRequest, owner: string, { metadata, spec }: PodManifest): Record<string, string> {
  const names = spec.containers.map(({ name }) => name);
  return { ...metadata?.labels, ...ownLabels(owner, pod, names) };
}

function renderContainer(container: ManifestContainer, renamed: ReadonlyMap<string, string>): object {
  const { ports, volumeMounts, livenessProbe, readinessProbe, startupProbe, ...rest } = container;
  const published = (ports ?? []).filter(({ hostPort }) => (hostPort ?? 0) > 0);
  return {
    ...rest,
    imagePullPolicy: 'Never',
    ...(published.length > 0 ? { ports: published } : {}),
    ...(volumeMounts ? { volumeMounts: volumeMounts.map((mount) => renameIn(renamed, mount)) } : {}),
  };
}

function renameIn<T extends { readonly name: string }>(renamed: ReadonlyMap<string, string>, item: T): T {
  return { ...item, name: renamed.get(item.name) ?? item.name };
}
