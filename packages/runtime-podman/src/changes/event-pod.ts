import { eventShape } from '../libpod/index.ts';
import { OWNER_LABEL, POD_LABEL } from '../pods/index.ts';

/** What happens to containers and pods that changes what `list` says; the rest (exec, health checks, mounts) is left out. */
export const LIFE_CYCLE_EVENTS: readonly string[] = [
  'create',
  'init',
  'start',
  'restart',
  'stop',
  'kill',
  'died',
  'oom',
  'pause',
  'unpause',
  'cleanup',
  'remove',
];

/**
 * The name of the pod of that owner that an event is about. Events of containers carry our labels; those of pods carry
 * none, so they count when `isKnown` says that a pod of ours has, or had, the name.
 */
export function eventPod(event: unknown, owner: string, isKnown: (name: string) => boolean): string | undefined {
  const parsed = eventShape.safeParse(event);
  if (!parsed.success) return undefined;
  const attributes = parsed.data.Actor.Attributes ?? {};
  if (parsed.data.Type === 'container') return attributes[OWNER_LABEL] === owner ? attributes[POD_LABEL] : undefined;
  const { name } = attributes;
  return parsed.data.Type === 'pod' && name !== undefined && isKnown(name) ? name : undefined;
}
