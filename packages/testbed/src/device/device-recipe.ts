/** The name of the device image in its own storage, however it was had. */
export const DEVICE_IMAGE = 'localhost/k4e-device:1';

/** The usual image of podman's makers: of the version that the recipe builds. */
export const PUBLIC_DEVICE_IMAGE = 'quay.io/podman/stable:v5.4.2';

/** What a device image is built of where no registry answers: a small Debian with podman and systemd. */
export const DEVICE_RECIPE = {
  suite: 'trixie',
  packages: [
    'podman',
    'crun',
    'netavark',
    'aardvark-dns',
    'nftables',
    'iptables',
    'iproute2',
    'procps',
    'curl',
    'catatonit',
    'ca-certificates',
    'passt',
    'uidmap',
    'systemd',
    'systemd-sysv',
    'dbus',
  ],
} as const;
