import { K4eError } from '@k4e/core';
import type { CallOptions } from '@k4e/core/ports';
import { failure, inspectedContainerShape, isDone, refusalText } from '../libpod/index.ts';
import type { LibpodApi } from '../libpod/index.ts';
import { OWNER_LABEL, POD_LABEL } from '../pods/index.ts';
import { isPodName } from '../pods/index.ts';

/** A container that runs, and can be probed. */
export interface ProbedContainer {
  readonly id: string;
  /** The pod's own, as this machine can reach it; `undefined` where it has none, as with the host's network or rootless. */
  readonly address: string | undefined;
}

const CONTAINER_NAME = /^[A-Za-z0-9_.-]{1,253}$/;

/** Finds a running container of a pod of that owner. Rejects with `NOT_FOUND` where there is none. */
export async function findProbed(
  api: LibpodApi,
  owner: string,
  { pod, container }: { readonly pod: string; readonly container: string },
  { signal }: CallOptions,
): Promise<ProbedContainer> {
  const missing = new K4eError('NOT_FOUND', { subject: `${pod}/${container}`.slice(0, 200) });
  if (!isPodName(pod) || !CONTAINER_NAME.test(container)) throw missing;
  const answer = await api.call({ method: 'GET', path: `containers/${pod}-${container}/json`, signal });
  if (answer.status === 404) throw missing;
  if (!isDone(answer)) throw failure(pod, refusalText(answer), api.limits.errorTextLength);
  const parsed = inspectedContainerShape.safeParse(answer.body);
  if (!parsed.success) {
    throw new K4eError('RUNTIME_FAILED', {
      subject: pod,
      message: 'podman describes a container in a shape that is not known',
    });
  }
  const { Id, State, Config, NetworkSettings } = parsed.data;
  if (Config.Labels[OWNER_LABEL] !== owner || Config.Labels[POD_LABEL] !== pod || !State.Running) throw missing;
  const networks = Object.values(NetworkSettings?.Networks ?? {});
  const addresses = networks.flatMap(({ IPAddress, GlobalIPv6Address }) => [IPAddress, GlobalIPv6Address]);
  return {
    id: Id,
    address: addresses.find((address) => address !== undefined && address !== null && address !== '') ?? undefined,
  };
}
