/** What an image is built of by debootstrap. */
export interface DebianRecipe {
  readonly suite: string;
  readonly packages: readonly string[];
}

/** The releases that machines are to be had of: Debian 12 and 13. */
export const DEBIAN_SUITES = ['bookworm', 'trixie'] as const;

/** A release of Debian, by the name of its suite. */
export type DebianSuite = (typeof DEBIAN_SUITES)[number];

/** The name of a suite's image in its own storage. */
export function debianImageOf(suite: DebianSuite): string {
  return `localhost/k4e-debian-${suite}:1`;
}

/** What a machine of that release has on it: what the package of the agent depends on, and an init. */
export function debianRecipeOf(suite: DebianSuite): DebianRecipe {
  return { suite, packages: PACKAGES };
}

// runc beside crun, which refuses machines where both versions of control groups are mounted.
const PACKAGES = [
  'podman',
  'runc',
  'netavark',
  'aardvark-dns',
  'nftables',
  'iptables',
  'iproute2',
  'catatonit',
  'ca-certificates',
  'uidmap',
  'systemd',
  'systemd-sysv',
  'dbus',
];
