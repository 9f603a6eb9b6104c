/** The podman of this process that testcontainers starts containers on: device containers, MinIO. */
export { containerHost } from './container-host.ts';
export type { ContainerHost } from './container-host.ts';
