/**
 * The real parts that k4e's tests run against: found on the machine, built where they are missing, started for a test and
 * gone after it. Every `start...` resolves with something that has `stop()`; what is not stopped ends with the process.
 */
export { startControlPlane } from './control-plane/index.ts';
export type { ControlPlane, ControlPlaneOptions, KubectlOptions } from './control-plane/index.ts';
export {
  PartUnavailableError,
  defaultPartContext,
  isRoot,
  openPartCache,
  recipeDigest,
  requirePrograms,
  withProgress,
} from './parts/index.ts';
export type { PartCache, PartContext, Progress } from './parts/index.ts';
export { readTestbedEnvironment } from './testbed-environment.ts';
export type { TestbedEnvironment } from './testbed-environment.ts';
export { makeTemporaryDirectory, runChecked, runCommand, runLeashed, waitUntil } from './processes/index.ts';
export type { CommandOptions, CommandResult, WaitOptions } from './processes/index.ts';
export { PART_NAMES, preparePart } from './part-catalogue.ts';
export type { PartName } from './part-catalogue.ts';
export { requirePart } from './require-part.ts';
export type { PartAvailability } from './require-part.ts';
export { startPodman } from './podman/index.ts';
export type { Podman, PodmanOptions } from './podman/index.ts';
export { HOST_NETNS, connect, createNetns } from './netns/index.ts';
export type { Cable, CableAddresses, HostCable, Netns } from './netns/index.ts';
export { WORKLOAD_COMMANDS, WORKLOAD_IMAGE, buildWorkloadImage } from './workload-image/index.ts';
export type { WorkloadImage } from './workload-image/index.ts';
export { startMinio, startMinioProgram } from './minio/index.ts';
export type { Minio, MinioOptions, MinioProgram } from './minio/index.ts';
export { startMosquitto } from './mosquitto/index.ts';
export type { Certificates, Mosquitto, MosquittoOptions } from './mosquitto/index.ts';
export { findRclone } from './rclone/index.ts';
export { DEBIAN_SUITES, startDebian } from './debian/index.ts';
export type { DebianMachine, DebianOptions, DebianSuite } from './debian/index.ts';
export { DEVICE_PORTS, startDevice } from './device/index.ts';
export type { Device, DeviceOptions, DevicePort } from './device/index.ts';
export { startVirtualMachine } from './virtual-machine/index.ts';
export type { BootOptions, VirtualMachine, VirtualMachineOptions } from './virtual-machine/index.ts';
export { startImageRegistry } from './image-registry/index.ts';
export type { ImageRegistry } from './image-registry/index.ts';
export { HOST_ADDRESS } from './emulator/index.ts';
export { startImageMachine } from './image-machine/index.ts';
export type { ImageMachine, ImageMachineOptions, MachineDrive } from './image-machine/index.ts';
