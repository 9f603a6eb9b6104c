/**
 * HTTP, and nothing else. The edge server turns requests of devices into calls of `EdgeApi`, and refuses on its own what
 * is none: garbage, the slow, the large and the many. The ops server answers the cluster: is it alive, is it ready, what
 * does it count. No decision about a device is made here.
 */
export { createEdgeServer } from './edge-server.ts';
export type { EdgeServer, EdgeServerParts } from './edge-server.ts';
export { DEFAULT_EDGE_LIMITS } from './edge-limits.ts';
export type { EdgeLimits } from './edge-limits.ts';
export { parseListenAddress } from './listen-address.ts';
export type { ListenAddress } from './listen-address.ts';
export { createOpsServer } from './ops-server.ts';
export type { OpsServer, OpsServerParts } from './ops-server.ts';
