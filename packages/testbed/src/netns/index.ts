/**
 * Network namespaces, and cables between them: hosts with a firewall and traffic of their own, on this machine, that touch
 * nothing of it. A namespace is held by a process; when that ends, the kernel takes everything away that was in it.
 */
export { HOST_NETNS, createNetns, findNetnsPrograms } from './netns.ts';
export type { Netns } from './netns.ts';
export { connect } from './connect.ts';
export type { Cable, CableAddresses } from './connect.ts';
export { connectAnywhere, connectToHost } from './host-cable.ts';
export type { AddressedCable, HostCable } from './host-cable.ts';
