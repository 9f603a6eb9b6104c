import type { SystemFiles } from './system-files.ts';

/** Names of a disk that stay the same over reboots, as paths; `undefined` where udev made none. */
export interface DiskLinks {
  byId(disk: string): string | undefined;
  byPath(disk: string): string | undefined;
}

/** Kinds of ids, the most lasting first. */
const ID_PREFIXES = ['wwn-', 'nvme-eui.'];

/** Reads what udev keeps below `/dev/disk`. */
export async function readDiskLinks(files: SystemFiles): Promise<DiskLinks> {
  const ids = await readLinks(files, 'dev/disk/by-id');
  const paths = await readLinks(files, 'dev/disk/by-path');
  return {
    byId: (disk) => {
      const names = ids.get(disk) ?? [];
      const lasting = ID_PREFIXES.map((prefix) => names.find((name) => name.startsWith(prefix)));
      return pathOf('by-id', lasting.find((name) => name !== undefined) ?? names[0]);
    },
    byPath: (disk) => pathOf('by-path', paths.get(disk)?.[0]),
  };
}

function pathOf(directory: string, name: string | undefined): string | undefined {
  return name === undefined ? undefined : `/dev/disk/${directory}/${name}`;
}

async function readLinks(files: SystemFiles, directory: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const names = await files.names(directory);
  const disks = await Promise.all(names.map((name) => files.linkName(`${directory}/${name}`)));
  const links = new Map<string, string[]>();
  for (const [index, name] of names.entries()) {
    const disk = disks[index];
    if (disk !== undefined) links.set(disk, [...(links.get(disk) ?? []), name]);
  }
  return links;
}
