import { Hash } from '@smithy/hash-node';
import { SignatureV4 } from '@smithy/signature-v4';

import type { S3Endpoint } from '../../src/s3-endpoint/index.ts';

/** A request to an endpoint, and what is changed about it once it is signed. */
export interface SignedRequest {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signingDate?: Date;
  readonly secretAccessKey?: string;
  readonly changed?: { readonly path?: string; readonly body?: string; readonly headers?: Record<string, string> };
}

/** Sends it as the endpoint's user; resolves with status and body. */
export async function signedFetch(
  endpoint: S3Endpoint,
  request: SignedRequest,
): Promise<{ readonly status: number; readonly text: string; readonly etag: string | null }> {
  const { host, hostname } = new URL(endpoint.url);
  const { secretAccessKey = endpoint.credentials.secretAccessKey, changed = {}, query = {} } = request;
  const signer = new SignatureV4({
    service: 's3',
    region: 'us-east-1',
    credentials: { ...endpoint.credentials, secretAccessKey },
    sha256: Hash.bind(null, 'sha256'),
    uriEscapePath: false,
  });
  const signed = await signer.sign(
    {
      method: request.method,
      protocol: 'http:',
      hostname,
      path: request.path,
      query: { ...query },
      headers: { host, ...request.headers },
      body: request.body,
    },
    request.signingDate === undefined ? {} : { signingDate: request.signingDate },
  );
  const search = new URLSearchParams(query).toString();
  const body = changed.body ?? request.body;
  const answer = await fetch(`${endpoint.url}${changed.path ?? request.path}${search === '' ? '' : `?${search}`}`, {
    method: request.method,
    headers: { ...signed.headers, ...changed.headers },
    ...(body === undefined ? {} : { body }),
  });
  return { status: answer.status, text: await answer.text(), etag: answer.headers.get('etag') };
}
