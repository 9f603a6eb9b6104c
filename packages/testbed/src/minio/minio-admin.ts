import { Hash } from '@smithy/hash-node';
import { SignatureV4 } from '@smithy/signature-v4';

import { sealForAdmin } from './seal-for-admin.ts';

/** A user of a MinIO. */
export interface MinioUser {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** What MinIO's root may do over HTTP that no S3 client is needed for. */
export interface MinioAdmin {
  /** Makes an empty bucket. */
  makeBucket(name: string, options?: { readonly signal?: AbortSignal }): Promise<void>;
  /** Lets a bucket hold that many bytes and no more (wire: MinIO's admin API, hard quota). */
  setQuota(name: string, quotaBytes: number, options?: { readonly signal?: AbortSignal }): Promise<void>;
  /** Makes a user who may read and write every object of every bucket. */
  makeUser(user: MinioUser, options?: { readonly signal?: AbortSignal }): Promise<void>;
  /** From now on MinIO does not accept the credentials of that user. */
  disableUser(accessKeyId: string, options?: { readonly signal?: AbortSignal }): Promise<void>;
}

const REQUEST_DEADLINE_MS = 10_000;
const ADMIN = '/minio/admin/v3';

type Put = (path: string, query: Record<string, string>, body: string | Buffer, signal?: AbortSignal) => Promise<void>;

/** Speaks to the MinIO at `endpoint` as its root. */
export function createMinioAdmin(endpoint: string, rootUser: string, rootPassword: string): MinioAdmin {
  const put = createSignedPut(endpoint, rootUser, rootPassword);
  return {
    makeBucket: (name, { signal } = {}) => put(`/${name}`, {}, '', signal),
    setQuota: (bucket, quotaBytes, { signal } = {}) =>
      put(`${ADMIN}/set-bucket-quota`, { bucket }, JSON.stringify({ quota: quotaBytes, quotatype: 'hard' }), signal),
    makeUser: async ({ accessKeyId, secretAccessKey }, { signal } = {}) => {
      const user = JSON.stringify({ secretKey: secretAccessKey, status: 'enabled' });
      await put(`${ADMIN}/add-user`, { accessKey: accessKeyId }, sealForAdmin(rootPassword, user), signal);
      const policy = { policyName: 'readwrite', userOrGroup: accessKeyId, isGroup: 'false' };
      await put(`${ADMIN}/set-user-or-group-policy`, policy, '', signal);
    },
    disableUser: (accessKey, { signal } = {}) =>
      put(`${ADMIN}/set-user-status`, { accessKey, status: 'disabled' }, '', signal),
  };
}

function createSignedPut(endpoint: string, rootUser: string, rootPassword: string): Put {
  const signer = new SignatureV4({
    service: 's3',
    region: 'us-east-1',
    credentials: { accessKeyId: rootUser, secretAccessKey: rootPassword },
    sha256: Hash.bind(null, 'sha256'),
    uriEscapePath: false,
  });
  return async (path, query, body, signal) => {
    const { host, hostname, port } = new URL(endpoint);
    const request = { method: 'PUT', protocol: 'http:', hostname, port: Number(port), path, query, body };
    const { headers } = await signer.sign({ ...request, headers: { host } });
    const search = new URLSearchParams(query).toString();
    const deadline = AbortSignal.timeout(REQUEST_DEADLINE_MS);
    const answer = await fetch(`${endpoint}${path}${search === '' ? '' : `?${search}`}`, {
      method: 'PUT',
      headers,
      ...(body.length === 0 ? {} : { body: typeof body === 'string' ? body : new Uint8Array(body) }),
      signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`MinIO answered ${String(answer.status)} to PUT ${path}: ${text}`);
  };
}
