import { K4eError } from '../../foundation/index.ts';
import { MAX_OPEN_PORTS } from '../../ports/index.ts';
import type { OpenPort } from '../../ports/index.ts';
import type { PodSpec } from '../../resources/index.ts';
import type { DesiredWorkload } from './desired-workload.ts';

/** Most host ports of one workload. */
export const MAX_HOST_PORTS = 1_024;

/** A port in the words of people, such as `8080/tcp`. */
export function portText({ port, protocol }: Pick<OpenPort, 'port' | 'protocol'>): string {
  return `${port}/${protocol}`;
}

/**
 * The host ports of a pod: ports of regular containers that name a `hostPort`. One without is not published.
 * Throws `INVALID_INPUT` for SCTP, for a host port that the pod asks for twice, and for more than `MAX_HOST_PORTS`.
 */
export function hostPortsOf(spec: PodSpec, workload: string): readonly OpenPort[] {
  const ports = new Map<string, OpenPort>();
  for (const { name, ports: declared = [] } of spec.containers) {
    for (const { hostPort, protocol } of declared) {
      if (hostPort === undefined) continue;
      if (protocol === 'SCTP') throw invalid(workload, `container ${name}: SCTP ports are not supported`);
      const port: OpenPort = { port: hostPort, protocol: protocol === 'UDP' ? 'udp' : 'tcp', workload };
      if (ports.has(portText(port))) throw invalid(workload, `host port ${portText(port)} is asked for twice`);
      ports.set(portText(port), port);
    }
  }
  if (ports.size > MAX_HOST_PORTS) throw invalid(workload, `${ports.size} host ports, ${MAX_HOST_PORTS} are allowed`);
  return [...ports.values()];
}

/**
 * Settles who gets a host port that two workloads ask for: the first by name. The others are withheld and say whose
 * port it is. So is a workload whose ports would exceed `MAX_OPEN_PORTS` for the device.
 */
export function settleHostPorts(workloads: readonly DesiredWorkload[]): readonly DesiredWorkload[] {
  const owners = new Map<string, string>();
  return [...workloads].sort(byName).map((workload) => {
    if (workload.intent !== 'run') return workload;
    const problem = portProblem(workload.pod.ports, owners);
    if (problem !== undefined) return { intent: 'withhold', name: workload.name, problem };
    for (const port of workload.pod.ports) owners.set(portText(port), workload.name);
    return workload;
  });
}

function portProblem(ports: readonly OpenPort[], owners: ReadonlyMap<string, string>): string | undefined {
  const taken = ports.find((port) => owners.has(portText(port)));
  if (taken !== undefined) {
    return `host port ${portText(taken)} belongs to workload ${owners.get(portText(taken)) ?? ''} of the same device`;
  }
  const total = owners.size + ports.length;
  return total > MAX_OPEN_PORTS ? `${total} host ports on one device, ${MAX_OPEN_PORTS} are allowed` : undefined;
}

/** Whether the two lists have a port in common. */
export function portsOverlap(a: readonly OpenPort[], b: readonly OpenPort[]): boolean {
  const texts = new Set(a.map(portText));
  return b.some((port) => texts.has(portText(port)));
}

/** Orders things by name, independent of the locale. */
export function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

function invalid(subject: string, message: string): K4eError {
  return new K4eError('INVALID_INPUT', { subject, message, retry: 'never' });
}
