import type { AppliedResource, EdgeDeployment, EdgeDevice, ResourceRef } from '@k4e/core/resources';

/** An EdgeDevice that says no more than it must. */
export function device(
  ref: ResourceRef,
  more: Omit<AppliedResource<EdgeDevice>, 'metadata'> = {},
): AppliedResource<EdgeDevice> {
  return { metadata: ref, ...more };
}

/** An EdgeDeployment of one container. */
export function deployment(ref: ResourceRef, image = 'registry.example/app:1'): AppliedResource<EdgeDeployment> {
  return { metadata: ref, spec: { deviceSelector: {}, pod: { spec: { containers: [{ name: 'app', image }] } } } };
}

/** A moment, as resources carry it. */
export function moment(second: number): string {
  return new Date(Date.UTC(2026, 0, 1) + second * 1_000).toISOString();
}
