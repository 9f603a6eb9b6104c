import { K4eError } from '@k4e/core';
import type { CallOptions, Clock, ContainerRuntime, ProbeOutcome, ProbeTarget } from '@k4e/core/ports';
import type { LibpodApi } from '../libpod/index.ts';
import { createExecProber } from './exec-probe.ts';
import { probeHttp } from './http-probe.ts';
import { findProbed } from './probed-container.ts';
import { probeTcp } from './tcp-probe.ts';

/** `ContainerRuntime.probe`. */
export type ContainerProber = ContainerRuntime['probe'];

/** What a prober works with. */
export interface ContainerProberParts {
  readonly api: LibpodApi;
  readonly owner: string;
  readonly clock: Clock;
}

/** Creates a prober of the containers of an owner's pods. */
export function createContainerProber({ api, owner, clock }: ContainerProberParts): ContainerProber {
  const probeExec = createExecProber(api, clock);
  return async (pod, container, action, { timeoutMs, signal }): Promise<ProbeOutcome> => {
    const call: CallOptions = signal === undefined ? {} : { signal };
    const probed = await findProbed(api, owner, { pod, container }, call);
    if (action.kind === 'exec') return probeExec(probed.id, action.command, { ...call, timeoutMs });
    const host = hostOf(action, probed.address, pod);
    const limits = { ...call, timeoutMs, clock };
    return action.kind === 'httpGet' ? probeHttp({ ...action, host }, limits) : probeTcp({ ...action, host }, limits);
  };
}

function hostOf({ host }: ProbeTarget, address: string | undefined, pod: string): string {
  const found = host ?? address;
  if (found !== undefined) return found;
  const message = 'the pod has no address of its own that this machine could reach; name a host, or use a command';
  throw new K4eError('RUNTIME_FAILED', { subject: pod, message });
}
