import { access } from 'node:fs/promises';

/** How this machine does control groups, which decides how podman has to. */
export interface CgroupLayout {
  /** Only version 2 is mounted, at `/sys/fs/cgroup`. Version 1 and the hybrid of both need runc: crun of Debian 12 refuses the hybrid. */
  readonly isUnified: boolean;
  /** systemd is process 1 and hands out control groups. */
  readonly hasSystemd: boolean;
}

/** Looks at the machine as it is now. */
export async function detectCgroupLayout(): Promise<CgroupLayout> {
  return {
    isUnified: await exists('/sys/fs/cgroup/cgroup.controllers'),
    hasSystemd: await exists('/run/systemd/system'),
  };
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
