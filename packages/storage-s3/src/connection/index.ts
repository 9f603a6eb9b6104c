/**
 * The way to an S3 endpoint: a client of the AWS SDK that looks nothing up by itself, with limits on everything, and the
 * translation of whatever it throws. The vendor's words end here.
 */
export { checkAccess, checkEndpointAccess } from './check-access.ts';
export type { EndpointAccess } from './check-access.ts';
export { createHandler, fixedSettings, openConnection, regionOf, removeNeedlessMiddleware } from './open-connection.ts';
export type { ConnectionOptions, S3Connection } from './open-connection.ts';
export { collectAnswer } from './collect-answer.ts';
export { createCallScopes } from './call-scopes.ts';
export type { CallScopes } from './call-scopes.ts';
export { isTimeout } from './retry-strategy.ts';
export { isS3Error, translateS3Error } from './translate-s3-error.ts';
export {
  CONNECT_TIMEOUT_MS,
  IDLE_TIMEOUT_MS,
  MAX_ANSWER_BYTES,
  MAX_ATTEMPTS,
  MAX_CONNECTIONS,
  REQUEST_TIMEOUT_MS,
} from './connection-limits.ts';
