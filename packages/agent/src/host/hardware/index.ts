/**
 * What the device is made of, for its registration and heartbeats. One small reader for each part, all of them over
 * `SystemFiles`, for which everything may be missing.
 */
export { createLinuxHardwareInventory } from './linux-hardware-inventory.ts';
export { readAddresses } from './read-addresses.ts';
export type { MachineAddress } from './read-addresses.ts';
export { createSystemFiles, wireValue } from './system-files.ts';
export type { SystemFiles } from './system-files.ts';
