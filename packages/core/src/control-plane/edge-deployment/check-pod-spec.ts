import { isRecord } from '../../foundation/index.ts';
import type { PodSpec } from '../../resources/index.ts';

/** A part of a pod that a device cannot run. */
export interface Unsupported {
  /** Where it is, such as `spec.pod.spec.containers[0].lifecycle`. */
  readonly path: string;
  /** Why, and what to do instead. */
  readonly reason: string;
}

type Reasons = Readonly<Record<string, string>>;

const NO_PROBES = 'devices do not run health probes; remove it';

const CONTAINER_FIELDS: Reasons = {
  lifecycle: 'podman runs no lifecycle hooks; do the work in the command of the container',
  livenessProbe: NO_PROBES,
  readinessProbe: NO_PROBES,
  startupProbe: NO_PROBES,
  volumeDevices: 'raw block volumes do not exist on devices',
  envFrom: 'ConfigMaps and Secrets do not reach devices; write the variables into env',
  resizePolicy: 'containers are not resized in place on devices',
};

const POD_FIELDS: Reasons = {
  affinity: 'a device runs every pod that it is given; choose devices with deviceSelector',
  ephemeralContainers: 'debug containers do not exist on devices',
  imagePullSecrets: 'Secrets do not reach devices',
  nodeName: 'choose a device with spec.device',
  nodeSelector: 'choose devices with deviceSelector',
  preemptionPolicy: 'there is no scheduler on a device',
  priorityClassName: 'there is no scheduler on a device',
  readinessGates: NO_PROBES,
  resourceClaims: 'dynamic resources do not exist on devices',
  runtimeClassName: 'the runtime of a device cannot be chosen',
  schedulerName: 'there is no scheduler on a device',
  schedulingGates: 'there is no scheduler on a device',
  serviceAccountName: 'there are no service accounts on a device',
  topologySpreadConstraints: 'choose devices with deviceSelector',
};

const VOLUME_SOURCES = ['hostPath', 'emptyDir', 'persistentVolumeClaim'];
const HOST_PATH_TYPES = ['', 'DirectoryOrCreate', 'Directory', 'FileOrCreate', 'File', 'Socket'];

function forbidden(value: unknown, reasons: Reasons, path: string): Unsupported[] {
  if (!isRecord(value)) return [];
  return Object.entries(reasons)
    .filter(([field]) => isPresent(value[field]))
    .map(([field, reason]) => ({ path: `${path}.${field}`, reason }));
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function checkEnvironment(container: Record<string, unknown>, path: string): Unsupported[] {
  return list(container.env).flatMap((entry, index) =>
    isRecord(entry) && isPresent(entry.valueFrom)
      ? [{ path: `${path}.env[${index}].valueFrom`, reason: 'references do not reach devices; write the value itself' }]
      : [],
  );
}

function checkPorts(container: Record<string, unknown>, path: string): Unsupported[] {
  return list(container.ports).flatMap((port, index) => {
    if (!isRecord(port)) return [];
    const at = `${path}.ports[${index}]`;
    const sctp =
      port.protocol === 'SCTP' ? [{ path: `${at}.protocol`, reason: 'devices forward TCP and UDP only' }] : [];
    const hostIp = isPresent(port.hostIP)
      ? [{ path: `${at}.hostIP`, reason: 'a host port is opened on all addresses of the device' }]
      : [];
    return [...sctp, ...hostIp];
  });
}

function checkMounts(container: Record<string, unknown>, path: string): Unsupported[] {
  const fields = {
    subPath: 'podman ignores sub-paths',
    subPathExpr: 'podman ignores sub-paths',
    mountPropagation: 'mounts are private on devices',
  };
  return list(container.volumeMounts).flatMap((mount, index) =>
    forbidden(mount, fields, `${path}.volumeMounts[${index}]`),
  );
}

function checkContainer(container: unknown, path: string): Unsupported[] {
  if (!isRecord(container)) return [];
  return [
    ...forbidden(container, CONTAINER_FIELDS, path),
    ...checkEnvironment(container, path),
    ...checkPorts(container, path),
    ...checkMounts(container, path),
  ];
}

function checkVolume(volume: unknown, path: string): Unsupported[] {
  if (!isRecord(volume)) return [{ path, reason: 'not a volume' }];
  const sources = Object.keys(volume).filter((key) => key !== 'name' && isPresent(volume[key]));
  const foreign = sources.filter((source) => !VOLUME_SOURCES.includes(source));
  const { hostPath } = volume;
  const type = isRecord(hostPath) && typeof hostPath.type === 'string' ? hostPath.type : '';
  const badType = HOST_PATH_TYPES.includes(type)
    ? []
    : [
        {
          path: `${path}.hostPath.type`,
          reason: `${type} is not supported; devices mount directories, files and sockets`,
        },
      ];
  return [
    ...foreign.map((source) => ({
      path: `${path}.${source}`,
      reason: `devices have only ${VOLUME_SOURCES.join(', ')} volumes`,
    })),
    ...badType,
  ];
}

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

/** Everything in a pod spec that podman cannot run or would silently ignore; empty when the pod can run. `path` is where the spec stands. */
export function checkPodSpec(spec: PodSpec, path = 'spec.pod.spec'): Unsupported[] {
  return [
    ...forbidden(spec, POD_FIELDS, path),
    ...checkSecurity(spec, path),
    ...checkNames(spec, path),
    ...(spec.initContainers ?? []).flatMap((container, index) =>
      checkContainer(container, `${path}.initContainers[${index}]`),
    ),
    ...spec.containers.flatMap((container, index) => checkContainer(container, `${path}.containers[${index}]`)),
    ...list(spec.volumes).flatMap((volume, index) => checkVolume(volume, `${path}.volumes[${index}]`)),
  ];
}
