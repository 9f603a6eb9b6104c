import { isRecord } from '../../foundation/index.ts';
import type { PodSpec } from '../../resources/index.ts';
import { checkHostPorts } from './check-host-ports.ts';
import { checkSecurityContext } from './check-security-context.ts';
import { forbidden, isPresent } from './unsupported.ts';
import type { Reasons, Unsupported } from './unsupported.ts';

const NO_SERVICE_ACCOUNTS = 'there are no service accounts on a device';
const NO_CLUSTER_NAMES = 'pods have no names in a cluster on devices';

const POD_FIELDS: Reasons = {
  activeDeadlineSeconds: 'podman does not end pods after a time; do it in the command of the container',
  affinity: 'a device runs every pod that it is given; choose devices with deviceSelector',
  ephemeralContainers: 'debug containers do not exist on devices',
  imagePullSecrets: 'Secrets do not reach devices',
  nodeName: 'choose a device with spec.device',
  nodeSelector: 'choose devices with deviceSelector',
  overhead: 'there is no scheduler on a device',
  preemptionPolicy: 'there is no scheduler on a device',
  priorityClassName: 'there is no scheduler on a device',
  readinessGates: 'nobody sets conditions of pods on devices; use a readinessProbe',
  resourceClaims: 'dynamic resources do not exist on devices',
  runtimeClassName: 'the runtime of a device cannot be chosen',
  schedulerName: 'there is no scheduler on a device',
  schedulingGates: 'there is no scheduler on a device',
  serviceAccount: NO_SERVICE_ACCOUNTS,
  serviceAccountName: NO_SERVICE_ACCOUNTS,
  subdomain: NO_CLUSTER_NAMES,
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
  const at = `${path}.securityContext`;
  return [...forbidden(spec.securityContext, fields, at), ...checkSecurityContext(spec.securityContext, at)];
}

function hasNameservers(dnsConfig: unknown): boolean {
  return isRecord(dnsConfig) && isPresent(dnsConfig.nameservers);
}

/** Fields that are refused with some of their values only: the others are what devices do anyhow. */
function checkValues(spec: Record<string, unknown>, path: string): Unsupported[] {
  const refused: readonly (readonly [string, boolean, string])[] = [
    ['setHostnameAsFQDN', spec.setHostnameAsFQDN === true, NO_CLUSTER_NAMES],
    ['hostUsers', spec.hostUsers === false, 'pods get no user namespace of their own on devices'],
    ['dnsPolicy', spec.dnsPolicy === 'None' && !hasNameservers(spec.dnsConfig), 'None needs dnsConfig.nameservers'],
  ];
  return refused.flatMap(([field, holds, reason]) => (holds ? [{ path: `${path}.${field}`, reason }] : []));
}

/** What of the pod itself, outside its containers and volumes, devices cannot run. */
export function checkPodFields(spec: PodSpec, path: string): Unsupported[] {
  return [
    ...forbidden(spec, POD_FIELDS, path),
    ...checkValues(spec, path),
    ...checkSecurity(spec, path),
    ...checkNames(spec, path),
    ...checkHostPorts(spec, path),
  ];
}
