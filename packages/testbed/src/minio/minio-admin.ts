import { Hash } from '@smithy/hash-node';
import { SignatureV4 } from '@smithy/signature-v4';

/** What MinIO's root may do over HTTP that no S3 client is needed for. */
export interface MinioAdmin {
  /** Makes an empty bucket. */
  makeBucket(name: string, options?: { readonly signal?: AbortSignal }): Promise<void>;
  /** Lets a bucket hold that many bytes and no more (wire: MinIO's admin API, hard quota). */
  setQuota(name: string, quotaBytes: number, options?: { readonly signal?: AbortSignal }): Promise<void>;
}

const REQUEST_DEADLINE_MS = 10_000;

/** Speaks to the MinIO at `endpoint` as its root. */
export function createMinioAdmin(endpoint: string, rootUser: string, rootPassword: string): MinioAdmin {
  const signer = new SignatureV4({
    service: 's3',
    region: 'us-east-1',
    credentials: { accessKeyId: rootUser, secretAccessKey: rootPassword },
    sha256: Hash.bind(null, 'sha256'),
    uriEscapePath: false,
  });
  const put = async (path: string, query: Record<string, string>, body: string, signal?: AbortSignal) => {
    const { host, hostname, port } = new URL(endpoint);
    const request = { method: 'PUT', protocol: 'http:', hostname, port: Number(port), path, query, body };
    const { headers } = await signer.sign({ ...request, headers: { host } });
    const search = new URLSearchParams(query).toString();
    const deadline = AbortSignal.timeout(REQUEST_DEADLINE_MS);
    const answer = await fetch(`${endpoint}${path}${search === '' ? '' : `?${search}`}`, {
      method: 'PUT',
      headers,
      ...(body === '' ? {} : { body }),
      signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`MinIO answered ${String(answer.status)} to PUT ${path}: ${text}`);
  };
  return {
    makeBucket: (name, { signal } = {}) => put(`/${name}`, {}, '', signal),
    setQuota: (bucket, quotaBytes, { signal } = {}) =>
      put(
        '/minio/admin/v3/set-bucket-quota',
        { bucket },
        JSON.stringify({ quota: quotaBytes, quotatype: 'hard' }),
        signal,
      ),
  };
}
