/**
 * HTTP to one API server: the kubeconfig's credentials, connections that are used again, and limits in time and size.
 * The client library reads kubeconfigs and credentials; its generated API opens a connection for each request and makes
 * dates of the texts in resources, so requests are sent from here.
 */
export { createConnection } from './connection.ts';
export type { ApiRequest, ApiResponse, ApiStream, Connection, ConnectionOptions } from './connection.ts';
export type { ConnectionLimits } from './limits.ts';
export { DEFAULT_LIMITS, MAX_CONNECTIONS, REQUEST_TIMEOUT_MS, RESPONSE_MAX_BYTES } from './limits.ts';
