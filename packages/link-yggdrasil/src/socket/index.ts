/** Unix sockets, with a file or in the abstract namespace: addresses as yggdrasil writes them, and listening on one. */
export { MAX_SOCKET_NAME_BYTES, formatSocketAddress, nodeSocketPath, readSocketAddress } from './socket-address.ts';
export type { SocketAddress } from './socket-address.ts';
export { MAX_CONNECTIONS, listenOnSocket } from './socket-listener.ts';
export type { SocketListener } from './socket-listener.ts';
