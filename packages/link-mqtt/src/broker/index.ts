/** Where a broker is, and what a connection to it is made of. */
export { readBrokerUrl } from './broker-address.ts';
export type { BrokerAddress } from './broker-address.ts';
export { openSocket } from './open-socket.ts';
export { MAX_PEM_BYTES, loadTls } from './tls-material.ts';
export type { LoadedTls, PemSource, TlsMaterial } from './tls-material.ts';
