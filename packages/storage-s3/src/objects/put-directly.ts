import { HttpRequest } from '@smithy/core/protocols';
import { collectAnswer } from '../connection/index.ts';
import type { S3Connection } from '../connection/index.ts';

/** What a direct put is made of. */
export interface DirectPut {
  readonly bucket: string;
  readonly key: string;
  readonly bytes: Uint8Array;
  /** The MD5 of the bytes. */
  readonly digest: Buffer;
}

/** How far the store's clock may be from ours: the SDK knows, and signs with the store's. Stores take a quarter of an hour. */
const MAX_CLOCK_OFFSET_MS = 240_000;

/**
 * One try of a put with the SDK's signer and connections, but without its middleware, which for a small object takes three
 * times the time of all the rest. Resolves with the ETag; with `undefined` for whatever else was answered, which a request by
 * way of the SDK then finds out. Rejects as the connection does.
 */
export async function putDirectly(
  { client, handler, signer, endpoint }: S3Connection,
  put: DirectPut,
  abortSignal: AbortSignal,
): Promise<string | undefined> {
  const { protocol, hostname, port, host } = endpoint;
  if (Math.abs(client.config.systemClockOffset) > MAX_CLOCK_OFFSET_MS) return undefined;
  const request = new HttpRequest({
    method: 'PUT',
    protocol,
    hostname,
    ...(port === '' ? {} : { port: Number(port) }),
    path: `/${put.bucket}/${encodedKey(put.key)}`,
    headers: {
      host,
      'content-length': String(put.bytes.byteLength),
      'content-md5': put.digest.toString('base64'),
      'content-type': 'application/octet-stream',
      'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
    },
    body: put.bytes,
  });
  const { headers } = await (await signer()).sign(request);
  request.headers = headers;
  const { response } = await handler.handle(request, { abortSignal });
  await collectAnswer(response.body);
  return response.statusCode === 200 ? response.headers.etag : undefined;
}

// Wire: as RFC 3986 has it, which leaves fewer characters as they are than `encodeURIComponent`.
function encodedKey(key: string): string {
  const escape = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(key)
    .replaceAll('%2F', '/')
    .replace(/[!'()*]/g, escape);
}
