/** What emulated machines have in common, whatever they boot from: the network between them and this one, and their emulator's monitor. */
export { HOST_ADDRESS, forwardOption, forwardPorts } from './machine-network.ts';
export type { PortForwards } from './machine-network.ts';
export { tellEmulator } from './tell-emulator.ts';
