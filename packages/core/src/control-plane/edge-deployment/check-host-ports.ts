import type { PodSpec } from '../../resources/index.ts';
import type { Unsupported } from './unsupported.ts';

/** Refuses a host port that two ports of one pod want with the same protocol: the pod could not start. */
export function checkHostPorts(spec: PodSpec, path: string): Unsupported[] {
  const seen = new Set<string>();
  const wanted = spec.containers.flatMap(({ ports = [] }, container) =>
    ports.map((port, index) => ({ ...port, at: `${path}.containers[${container}].ports[${index}].hostPort` })),
  );
  return wanted.flatMap(({ hostPort, protocol, at }) => {
    if (hostPort === undefined) return [];
    const key = `${hostPort}/${protocol}`;
    const taken = seen.has(key);
    seen.add(key);
    return taken ? [{ path: at, reason: `${key} is wanted by another port of the pod too` }] : [];
  });
}
