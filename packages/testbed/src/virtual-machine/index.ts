/**
 * A whole device in a virtual machine: a kernel of its own, systemd as process 1, a disk. For what no container shows: booting,
 * power that is cut, a clock that is wrong, little memory, a network cable that is out.
 */
export { findVirtualMachine } from './machine-disk.ts';
export { MACHINE_MEMORY_MIB, startVirtualMachine } from './start-virtual-machine.ts';
export type { BootOptions, VirtualMachine, VirtualMachineOptions } from './start-virtual-machine.ts';
