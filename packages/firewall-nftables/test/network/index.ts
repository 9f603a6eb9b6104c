/**
 * Hosts for the tests of the firewall: network namespaces with programs in them that talk to each other, and eyes on
 * the packet filter of each that do not go through the firewall under test.
 */
export { startPeer } from './peer.ts';
export type { HeldConnection, Peer, Target } from './peer.ts';
export { createDeviceNetwork } from './device-network.ts';
export type { DeviceNetwork } from './device-network.ts';
export { manyPorts } from './many-ports.ts';
export { netavarkScript } from './netavark.ts';
export type { ForwardedPort } from './netavark.ts';
export { createNftView } from './nft-view.ts';
export type { NftView } from './nft-view.ts';
export { watchGenerations } from './generations.ts';
export type { Generations } from './generations.ts';
