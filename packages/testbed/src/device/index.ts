/**
 * Devices: containers with a podman of their own, as a fleet's machines have one, any number side by side. Started through
 * testcontainers on the container host of the process.
 */
export { DEVICE_PORTS, startDevice } from './start-device.ts';
export type { Device, DeviceOptions } from './start-device.ts';
export type { DevicePort } from './device-container.ts';
export { findDeviceImage, readyDeviceImage } from './device-image.ts';
