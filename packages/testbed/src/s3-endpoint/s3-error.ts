import { element, xmlDocument } from './xml.ts';

/** What an endpoint refuses a request with (wire: the code, the status and the message of S3). */
export class S3Error extends Error {
  override readonly name = 'S3Error';
  readonly code: string;
  readonly status: number;

  constructor(code: keyof typeof S3_ERRORS) {
    const [status, message] = S3_ERRORS[code];
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** The errors that the endpoint knows, with status and message (wire). */
export const S3_ERRORS = {
  AccessDenied: [403, 'Access Denied.'],
  BadDigest: [400, 'The Content-Md5 you specified did not match what we received.'],
  BucketAlreadyOwnedByYou: [409, 'Your previous request to create the named bucket succeeded and you already own it.'],
  BucketNotEmpty: [409, 'The bucket you tried to delete is not empty.'],
  EntityTooLarge: [400, 'Your proposed upload exceeds the maximum allowed object size.'],
  EntityTooSmall: [400, 'Your proposed upload is smaller than the minimum allowed object size.'],
  ExpiredToken: [400, 'The provided token has expired.'],
  InternalError: [500, 'We encountered an internal error, please try again.'],
  InvalidAccessKeyId: [403, 'The Access Key Id you provided does not exist in our records.'],
  InvalidArgument: [400, 'Invalid Argument'],
  InvalidDigest: [400, 'The Content-Md5 you specified is not valid.'],
  InvalidPart: [400, 'One or more of the specified parts could not be found.'],
  KeyTooLongError: [400, 'Your key is too long'],
  MissingContentLength: [411, 'You must provide the Content-Length HTTP header.'],
  NoSuchBucket: [404, 'The specified bucket does not exist'],
  NoSuchKey: [404, 'The specified key does not exist.'],
  NoSuchTagSet: [404, 'The TagSet does not exist'],
  NoSuchUpload: [404, 'The specified multipart upload does not exist.'],
  NotImplemented: [501, 'This endpoint does not do that.'],
  RequestTimeTooSkewed: [403, "The difference between the request time and the server's time is too large."],
  SignatureDoesNotMatch: [403, 'The request signature we calculated does not match the signature you provided.'],
  SlowDown: [503, 'Please reduce your request rate'],
  XAmzContentSHA256Mismatch: [400, 'The provided x-amz-content-sha256 header does not match what was computed.'],
  XMinioStorageFull: [507, 'Storage backend has reached its minimum free drive threshold.'],
} as const satisfies Record<string, readonly [number, string]>;

/** The body of an answer that refuses (wire: `Error`). */
export function errorDocument(error: S3Error, resource: string): string {
  const parts = [element('Code', error.code), element('Message', error.message), element('Resource', resource)];
  return xmlDocument('Error', [...parts, element('RequestId', '0')]);
}
