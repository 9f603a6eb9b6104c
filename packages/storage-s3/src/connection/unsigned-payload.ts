import type { S3Client } from '@aws-sdk/client-s3';

/** The calls whose body is content, and has a Content-MD5. */
const WITH_CONTENT: ReadonlySet<string> = new Set(['PutObjectCommand', 'UploadPartCommand']);

/**
 * Leaves the SHA-256 of content out of signatures (wire: `x-amz-content-sha256: UNSIGNED-PAYLOAD`): the signature covers
 * its Content-MD5, and hashing every byte a second time costs more than all the rest of a request.
 */
export function useUnsignedPayload(client: S3Client): void {
  client.middlewareStack.add(
    (next, context) => (args) => {
      const { request } = args;
      if (WITH_CONTENT.has(context.commandName ?? '') && hasHeaders(request)) {
        request.headers['x-amz-content-sha256'] = 'UNSIGNED-PAYLOAD';
      }
      return next(args);
    },
    { step: 'build', name: 'k4eUnsignedPayload', override: true },
  );
}

function hasHeaders(request: unknown): request is { headers: Record<string, string> } {
  return typeof request === 'object' && request !== null && 'headers' in request;
}
