/**
 * A machine that boots from an image as it is: nothing of ours runs in it. It is known by what it says on its serial console,
 * by ports that lead to it, and by its disks once it is off.
 */
export { findImageMachine } from './image-machine-programs.ts';
export { startImageMachine } from './start-image-machine.ts';
export type { ImageMachine, ImageMachineOptions, MachineDrive } from './start-image-machine.ts';
