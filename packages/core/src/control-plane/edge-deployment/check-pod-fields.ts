import type { PodSpec } from '../../resources/index.ts';
import { forbidden } from './unsupported.ts';
import type { Reasons, Unsupported } from './unsupported.ts';

const POD_FIELDS: Reasons = {
  affinity: 'a device runs every pod that it is given; choose devices with deviceSelector',
  ephemeralContainers: 'debug containers do not exist on devices',
  imagePullSecrets: 'Secrets do not reach devices',
  nodeName: 'choose a device with spec.device',
  nodeSelector: 'choose devices with deviceSelector',
  preemptionPolicy: 'there is no scheduler on a device',
  priorityClassName: 'there is no scheduler on a device',
  readinessGates: 'devices do not run health probes; remove it',
  resourceClaims: 'dynamic resources do not exist on devices',
  runtimeClassName: 'the runtime of a device cannot be chosen',
  schedulerName: 'there is no scheduler on a device',
  schedulingGates: 'there is no scheduler on a device',
  serviceAccountName: 'there are no service accounts on a device',
  topologySpreadConstraints: 'choose devices with deviceSelector',
};

function checkNames(spec: PodSpec, path: string): Unsupported[] {
  const seen = new Set<string>();
  const places = (['initContainers', 'containers'] as const).flatMap((field) =>
    (spec[field] ?? []).map(({ name }, index) => ({ name, path: `${path}.${field}[${index}].name` })),
  );
  return places.flatMap((place) => {
    const taken = seen.has(place.name);
    seen.add(place.name);
    return taken ? [{ path: place.path, reason: `"${place.name}" names another container of the pod too` }] : [];
  });
}

function checkSecurity(spec: Record<string, unknown>, path: string): Unsupported[] {
  const fields = {
    fsGroup: 'podman ignores it; give the directory its owner in an init container',
    sysctls: 'not set on devices',
  };
  return forbidden(spec.securityContext, fields, `${path}.securityContext`);
}

/** What of the pod itself, outside its containers and volumes, devices cannot run. */
export function checkPodFields(spec: PodSpec, path: string): Unsupported[] {
  return [...forbidden(spec, POD_FIELDS, path), ...checkSecurity(spec, path), ...checkNames(spec, path)];
}
