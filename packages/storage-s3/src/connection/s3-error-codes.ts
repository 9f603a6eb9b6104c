import type { ErrorCode } from '@k4e/core';

/** What S3 servers call it (wire), and what k4e does. Names of AWS, MinIO, Ceph and NooBaa. */
const NAMES: Readonly<Partial<Record<ErrorCode, readonly string[]>>> = {
  STORAGE_CREDENTIALS: [
    'AuthFailure',
    'ExpiredToken',
    'ExpiredTokenException',
    'InvalidAccessKeyId',
    'InvalidClientTokenId',
    'InvalidSecurity',
    'InvalidToken',
    'InvalidTokenId',
    'SignatureDoesNotMatch',
    'TokenRefreshRequired',
    'UnrecognizedClientException',
  ],
  STORAGE_CLOCK_SKEW: ['RequestExpired', 'RequestInTheFuture', 'RequestTimeTooSkewed'],
  STORAGE_NO_BUCKET: ['NoSuchBucket'],
  STORAGE_REFUSED: [
    'AccessDenied',
    'AccessForbidden',
    'AccountProblem',
    'AllAccessDisabled',
    'AuthorizationHeaderMalformed',
    'Forbidden',
    'InvalidBucketState',
    'MethodNotAllowed',
    'UserSuspended',
  ],
  STORAGE_FULL: [
    'InsufficientCapacity',
    'InsufficientStorage',
    'QuotaExceeded',
    'ServiceQuotaExceededException',
    'StorageFull',
    'XMinioAdminBucketQuotaExceeded',
    'XMinioStorageFull',
  ],
  STORAGE_THROTTLED: [
    'BandwidthLimitExceeded',
    'Busy',
    'RequestLimitExceeded',
    'ServerBusy',
    'SlowDown',
    'SlowDownRead',
    'SlowDownWrite',
    'Throttling',
    'ThrottlingException',
    'TooManyRequests',
    'TooManyRequestsException',
  ],
  STORAGE_UNREACHABLE: ['RequestTimeout', 'XMinioServerNotInitialized'],
  // The store cannot hold an object of that name, or of that size; others may well be fine.
  INVALID_INPUT: [
    'InvalidObjectName',
    'InvalidURI',
    'KeyTooLongError',
    'XMinioInvalidObjectName',
    'XMinioObjectExistsAsDirectory',
    'XMinioParentIsObject',
  ],
  TOO_LARGE: ['EntityTooLarge'],
};

/** The k4e code for S3's name of an error. */
export const CODES_BY_NAME: ReadonlyMap<string, ErrorCode> = new Map(
  (Object.keys(NAMES) as ErrorCode[]).flatMap((code) => (NAMES[code] ?? []).map((name) => [name, code] as const)),
);

/** The k4e code for an answer without a name that is known, by its status. */
export const CODES_BY_STATUS: ReadonlyMap<number, ErrorCode> = new Map([
  [401, 'STORAGE_CREDENTIALS'],
  [403, 'STORAGE_REFUSED'],
  [408, 'STORAGE_UNREACHABLE'],
  [413, 'TOO_LARGE'],
  [429, 'STORAGE_THROTTLED'],
  [502, 'STORAGE_UNREACHABLE'],
  [503, 'STORAGE_THROTTLED'],
  [504, 'STORAGE_UNREACHABLE'],
  [507, 'STORAGE_FULL'],
]);

/** Codes of the operating system that say that there is no way to the store. */
export const UNREACHABLE_CODES: ReadonlySet<string> = new Set([
  'EAI_AGAIN',
  'EAI_FAIL',
  'EAI_NODATA',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'EPROTO',
  'ETIMEDOUT',
]);
