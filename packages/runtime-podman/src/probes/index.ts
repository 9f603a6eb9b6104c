/**
 * Probes of containers, made by hand: podman's own health checks need timers of systemd, and programs in the image. Commands
 * run through podman's exec API; the network is asked from here, at the pod's own address.
 */
export { createContainerProber } from './container-prober.ts';
export type { ContainerProber } from './container-prober.ts';
