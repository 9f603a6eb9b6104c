/**
 * What a device that boots from an image is tried with: a control plane, a registry, the image itself, and its disks, which are
 * looked at, and damaged, while it is off.
 */
export {
  SSH_PORT,
  DISK_BYTES,
  LARGER_DISK_BYTES,
  FORMAT_BLOCK_BYTES,
  BUILD_DEADLINE_MS,
  TEST_DEADLINE_MS,
} from './bounds.ts';
export { IMAGE, PORT, startImageBench } from './start-image-bench.ts';
export type { ImageBench } from './start-image-bench.ts';
export { damageDatabase, damageFileSystem, digestOf, listed, makeDisk, writeSector } from './disk-files.ts';
export { createSshKey, sshClient } from './ssh-client.ts';
export type { SshClient } from './ssh-client.ts';
export { startTlsFront } from './tls-front.ts';
export type { TlsFront } from './tls-front.ts';
