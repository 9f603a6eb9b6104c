import type { JsonObject } from '@k4e/core';
import type { PodRequest } from '@k4e/core/ports';

/** Waits, and ends at once on SIGTERM. */
export const WAIT = "trap 'exit 0' TERM; sleep 3600 & wait";

/** Serves what `prepare` puts into its directory, on port 8080, and ends at once on SIGTERM. */
export function serve(prepare: string): string {
  return `trap 'exit 0' TERM; mkdir -p /tmp/www; cd /tmp/www; ${prepare}; httpd -f -p 8080 -h /tmp/www & wait`;
}

/** A container that runs `script` in a shell. */
export function container(name: string, image: string, script = WAIT, more: JsonObject = {}): JsonObject {
  return { name, image, command: ['sh', '-c', script], ...more };
}

/** A pod of those containers. */
export function pod(name: string, containers: readonly JsonObject[], more: JsonObject = {}): PodRequest {
  const manifest = { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { ...more, containers } };
  return { name, fingerprint: 'first', manifest };
}

/** The same pod as another version of it. */
export function another(request: PodRequest): PodRequest {
  return { ...request, fingerprint: 'second' };
}

/** The `ports` of a container that publishes its port 8080. */
export function published(hostPort: number, protocol: 'TCP' | 'UDP' = 'TCP'): JsonObject {
  return { ports: [{ containerPort: 8080, hostPort, protocol }] };
}
