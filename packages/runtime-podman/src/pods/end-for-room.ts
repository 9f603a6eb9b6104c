import type { CallOptions } from '@k4e/core/ports';
import type { EnginePod } from '../libpod/index.ts';
import { allEnded } from './all-ended.ts';
import { podContainers } from './engine-pods.ts';
import type { PodTools } from './pod-tools.ts';

/**
 * Makes room on a full disk to remove a pod with: kills its containers, one of which may be filling the disk, and then gives up
 * room that is held back. There is no grace: what a program would still write has no room.
 */
export async function endForRoom(tools: PodTools, pod: EnginePod, options: CallOptions): Promise<void> {
  const { api, spareRoom } = tools;
  const containers = await spareRoom.withRoom(() => podContainers(api, pod.Id, options));
  const query = { signal: 'KILL' };
  // Podman kills them, and then refuses: it could not note that it did.
  await allEnded(
    containers.map(({ Id }) =>
      api.call({ method: 'POST', path: `containers/${Id}/kill`, query, signal: options.signal }),
    ),
  );
  await spareRoom.spend();
}
