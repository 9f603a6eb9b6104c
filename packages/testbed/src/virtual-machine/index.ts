/**
 * A whole device in a virtual machine: a kernel of its own, systemd as process 1, a disk. For what no container shows: booting,
 * and power that is cut.
 */
export { findVirtualMachine } from './machine-disk.ts';
export { startVirtualMachine } from './start-virtual-machine.ts';
export type { VirtualMachine, VirtualMachineOptions } from './start-virtual-machine.ts';
