import { readdir, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const CGROUP_ROOT = '/sys/fs/cgroup';

/** The group that podman puts its containers' groups into when it manages control groups by itself. */
const PARENT = 'libpod_parent';

/**
 * Removes the control groups of containers that were killed together with the podman that would have removed them. The
 * containers are those whose state is in `storageDirectory`; groups of other podmans are left alone, and so are groups in use.
 */
export async function removeLeftoverCgroups(storageDirectory: string): Promise<void> {
  const ids = new Set(await namesIn(join(storageDirectory, 'overlay-containers')));
  if (ids.size === 0) return;
  const hierarchies = ['.', ...(await namesIn(CGROUP_ROOT))];
  for (const hierarchy of hierarchies) {
    for (const group of await groupsBelow(join(CGROUP_ROOT, hierarchy, PARENT))) {
      if (!isOf(group, ids)) continue;
      // The group of a pod, which has no name that tells whose it is, is the one that its containers' groups are in.
      const pod = dirname(group);
      await removeTree(pod.endsWith(PARENT) ? group : pod);
    }
  }
}

function isOf(group: string, ids: ReadonlySet<string>): boolean {
  return ids.has(group.slice(group.lastIndexOf('-') + 1));
}

async function groupsBelow(parent: string): Promise<readonly string[]> {
  const groups: string[] = [];
  for (const name of await namesIn(parent)) {
    const group = join(parent, name);
    groups.push(group, ...(await namesIn(group)).map((inner) => join(group, inner)));
  }
  return groups;
}

async function removeTree(group: string): Promise<void> {
  for (const name of await namesIn(group)) await removeTree(join(group, name));
  await rmdir(group).catch(() => undefined);
}

async function namesIn(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}
