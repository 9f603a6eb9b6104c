import type { Architecture } from './node-program.ts';

/** The name of the package. */
export const PACKAGE = 'k4e-agent';

/** Who answers for a package; Debian's tools read it from `DEBFULLNAME` and `DEBEMAIL`. */
export interface Maintainer {
  readonly name: string;
  readonly email: string;
}

/** What the control file of one package says. */
export interface ControlFields {
  readonly version: string;
  readonly architecture: Architecture;
  readonly maintainer: Maintainer;
  readonly installedKib: number;
}

/**
 * What the programs call, and the libraries of Node. netavark and catatonit are what podman makes pods with, and only
 * recommends; without aardvark-dns and certificates pods have no names for each other, and images come from no registry.
 */
const DEPENDS = [
  'init-system-helpers (>= 1.54~)',
  'libc6 (>= 2.28)',
  'libgcc-s1 (>= 4.2)',
  'libstdc++6 (>= 7)',
  'podman (>= 4.3)',
  'netavark',
  'catatonit',
  'nftables (>= 1.0)',
];
const RECOMMENDS = ['aardvark-dns', 'ca-certificates', 'iptables', 'uidmap'];

/** The control file of a package. */
export function renderControl({ version, architecture, maintainer, installedKib }: ControlFields): string {
  return `Package: ${PACKAGE}
Version: ${version}
Architecture: ${architecture}
Maintainer: ${maintainer.name} <${maintainer.email}>
Installed-Size: ${String(installedKib)}
Depends: ${DEPENDS.join(', ')}
Recommends: ${RECOMMENDS.join(', ')}
Section: admin
Priority: optional
Description: agent of an edge device that is managed from Kubernetes
 Registers the device with its operator, makes podman run the pods that are
 meant for it, opens their host ports with nftables, brings the files that
 they leave to a bucket, and reports how all of it fares. It works on while
 the device is offline.
 .
 The agent is one process, or a gateway with workers that speak yggdrasil's
 protocol. Both run on a Node of their own, which comes with the package.
 .
 It does nothing before /etc/k4e/agent.yaml says where the operator is.
`;
}
