import { isRecord } from '../../foundation/index.ts';
import { checkProbes } from './check-probes.ts';
import { checkResources } from './check-resources.ts';
import { checkSecurityContext } from './check-security-context.ts';
import { forbidden, isPresent, listOf } from './unsupported.ts';
import type { Reasons, Unsupported } from './unsupported.ts';

const CONTAINER_FIELDS: Reasons = {
  lifecycle: 'podman runs no lifecycle hooks; do the work in the command of the container',
  volumeDevices: 'raw block volumes do not exist on devices',
  envFrom: 'ConfigMaps and Secrets do not reach devices; write the variables into env',
  restartPolicy:
    'podman cannot start the pod with a container that restarts by itself; use the restartPolicy of the pod',
  restartPolicyRules: 'not known to podman; use the restartPolicy of the pod',
  resizePolicy: 'containers are not resized in place on devices',
};

function checkEnvironment(container: Record<string, unknown>, path: string): Unsupported[] {
  return listOf(container.env).flatMap((entry, index) =>
    isRecord(entry) && isPresent(entry.valueFrom)
      ? [{ path: `${path}.env[${index}].valueFrom`, reason: 'references do not reach devices; write the value itself' }]
      : [],
  );
}

function checkPorts(container: Record<string, unknown>, path: string): Unsupported[] {
  return listOf(container.ports).flatMap((port, index) => {
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
  return listOf(container.volumeMounts).flatMap((mount, index) =>
    forbidden(mount, fields, `${path}.volumeMounts[${index}]`),
  );
}

/** What of one container devices cannot run. */
export function checkContainer(container: unknown, path: string): Unsupported[] {
  if (!isRecord(container)) return [];
  return [
    ...forbidden(container, CONTAINER_FIELDS, path),
    ...checkSecurityContext(container.securityContext, `${path}.securityContext`),
    ...checkResources(container.resources, `${path}.resources`),
    ...checkEnvironment(container, path),
    ...checkPorts(container, path),
    ...checkProbes(container, path),
    ...checkMounts(container, path),
  ];
}
