import { readContent } from '../../protocol/index.ts';
import type { ProbeAction } from '../../ports/index.ts';
import { portNumber, probedContainerSchema } from '../../resources/index.ts';
import type { PodSpec, Probe, ProbedContainer } from '../../resources/index.ts';
import type { ContainerProbes, ProbePlan } from './container-probes.ts';

/** What Kubernetes takes for what a probe does not say. */
const DEFAULTS = { initialDelay: 0, period: 10, timeout: 1, successThreshold: 1, failureThreshold: 3 } as const;
const LOOPBACK = '127.0.0.1';

/** The probes of a pod's regular containers; those that have none are left out. Throws `INVALID_INPUT`, subject = the workload. */
export function readProbes(spec: PodSpec, workload: string): readonly ContainerProbes[] {
  const defaultHost = spec.hostNetwork === true ? LOOPBACK : undefined;
  return spec.containers.flatMap((declared) => {
    const container = readContent(probedContainerSchema, declared, workload);
    const { startupProbe, livenessProbe, readinessProbe } = container;
    const plan = (probe: Probe): ProbePlan => planOf(probe, container, defaultHost);
    if (!startupProbe && !livenessProbe && !readinessProbe) return [];
    return [
      {
        container: container.name,
        ...(startupProbe ? { startup: plan(startupProbe) } : {}),
        ...(livenessProbe ? { liveness: plan(livenessProbe) } : {}),
        ...(readinessProbe ? { readiness: plan(readinessProbe) } : {}),
      },
    ];
  });
}

function planOf(probe: Probe, container: ProbedContainer, defaultHost: string | undefined): ProbePlan {
  const grace = probe.terminationGracePeriodSeconds ?? undefined;
  return {
    action: actionOf(probe, container, defaultHost),
    initialDelayMs: (probe.initialDelaySeconds ?? DEFAULTS.initialDelay) * 1_000,
    periodMs: (probe.periodSeconds ?? DEFAULTS.period) * 1_000,
    timeoutMs: (probe.timeoutSeconds ?? DEFAULTS.timeout) * 1_000,
    successThreshold: probe.successThreshold ?? DEFAULTS.successThreshold,
    failureThreshold: probe.failureThreshold ?? DEFAULTS.failureThreshold,
    ...(grace === undefined ? {} : { graceMs: grace * 1_000 }),
  };
}

function actionOf(probe: Probe, container: ProbedContainer, defaultHost: string | undefined): ProbeAction {
  const { exec, httpGet, tcpSocket } = probe;
  const target = (at: { readonly port: number | string; readonly host?: string | null | undefined }) => {
    // An empty host is none (wire: Kubernetes).
    const host = (at.host ?? '') === '' ? defaultHost : at.host;
    return { port: portNumber(container, at.port) ?? 0, ...(host === undefined || host === null ? {} : { host }) };
  };
  if (exec) return { kind: 'exec', command: exec.command };
  if (httpGet) {
    const { path, scheme, httpHeaders } = httpGet;
    return {
      kind: 'httpGet',
      ...target(httpGet),
      scheme: scheme === 'HTTPS' ? 'https' : 'http',
      path: `/${(path ?? '').replace(/^\//, '')}`,
      headers: (httpHeaders ?? []).map(({ name, value }) => ({ name, value })),
    };
  }
  return { kind: 'tcpSocket', ...target(tcpSocket ?? { port: 0 }) };
}
