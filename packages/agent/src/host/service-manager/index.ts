/**
 * What the service manager of the machine is told of a program: that it is up, what it is at, and, again and again, that its
 * event loop turns. systemd hears it on a datagram socket, which Node can write to but not open: the program is given it open.
 */
export { createServiceManager } from './service-manager.ts';
export type { ServiceManager, ServiceManagerOptions } from './service-manager.ts';
export { journalOf } from './journal.ts';
export { readServiceStates } from './read-service-states.ts';
export type { ServiceState } from './read-service-states.ts';
export { withInheritedSockets } from './inherited-sockets.ts';
