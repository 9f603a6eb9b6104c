import { HOST_ADDRESS } from '../emulator/index.ts';
import { debianRecipeOf } from '../debian/index.ts';
import type { DebianRecipe } from '../debian/index.ts';

/** A machine of Debian 13, with what a container has no need of: a kernel, what loads its modules, and what repairs its disk. */
export const MACHINE_RECIPE: DebianRecipe = {
  ...debianRecipeOf('trixie'),
  packages: [
    ...debianRecipeOf('trixie').packages,
    ...['linux-image-cloud-amd64', 'initramfs-tools', 'kmod', 'udev', 'e2fsprogs'],
  ],
};

/** How much the disk holds; the file is sparse. */
export const DISK_SIZE = '4G';

/** Where the machine takes a command: words that each end with NUL. */
export const COMMAND_PORT = 7_070;

/** The hardware addresses of its network cards: of the one that it has as a device, and of the one over which commands come. */
export const CARD_ADDRESSES = { lan: '52:54:00:6b:34:01', command: '52:54:00:6b:34:02' } as const;

/** The network of commands. It leads nowhere else, and is there while the other's cable is out. */
export const COMMAND_NETWORK = '10.0.3.0/24';

/** A file of the machine's that no package brings. */
export interface MachineFile {
  /** From the root. */
  readonly path: string;
  readonly text: string;
  readonly isProgram?: boolean;
}

/** What makes the tree a machine of the emulator's network that takes commands. */
export const MACHINE_FILES: readonly MachineFile[] = [
  { path: 'etc/hostname', text: 'machine\n' },
  {
    path: 'etc/systemd/network/lan.network',
    text: `[Match]\nPermanentMACAddress=${CARD_ADDRESSES.lan}\n[Network]\nAddress=10.0.2.15/24\nGateway=${HOST_ADDRESS}\n`,
  },
  {
    path: 'etc/systemd/network/command.network',
    text: `[Match]\nPermanentMACAddress=${CARD_ADDRESSES.command}\n[Network]\nAddress=10.0.3.15/24\n`,
  },
  {
    path: 'etc/systemd/system/testbed-command.socket',
    text: `[Socket]\nListenStream=${String(COMMAND_PORT)}\nAccept=yes\n`,
  },
  {
    path: 'etc/systemd/system/testbed-command@.service',
    text: `[Unit]
CollectMode=inactive-or-failed
[Service]
ExecStart=/usr/bin/xargs --null /usr/local/sbin/testbed-command
StandardInput=socket
StandardOutput=socket
`,
  },
  {
    path: 'usr/local/sbin/testbed-command',
    // Its standard output as it comes; then, each after a NUL, what it complained of, and its status.
    text: `#!/bin/sh
exec 3>&1
complaint=$("$@" 2>&1 >&3 3>&-)
printf '\\0%s\\0%s' "$complaint" "$?"
`,
    isProgram: true,
  },
];

/** What the machine starts besides what its packages enable: link by target. */
export const MACHINE_LINKS: Readonly<Record<string, string>> = {
  'etc/systemd/system/sockets.target.wants/testbed-command.socket': '/etc/systemd/system/testbed-command.socket',
  'etc/systemd/system/multi-user.target.wants/systemd-networkd.service':
    '/usr/lib/systemd/system/systemd-networkd.service',
  // They would ask the network for updates.
  'etc/systemd/system/apt-daily.timer': '/dev/null',
  'etc/systemd/system/apt-daily-upgrade.timer': '/dev/null',
};
