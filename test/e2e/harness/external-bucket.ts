/** A bucket that somebody made, as a ConfigMap and a Secret tell of it. */
export interface ExternalBucket {
  /** Of both documents. */
  readonly name: string;
  readonly endpoint: string;
  readonly bucket: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** The manifests of ConfigMap and Secret, for `kubectl apply`. */
export function bucketDocuments({ name, endpoint, bucket, region, ...keys }: ExternalBucket): unknown {
  const { protocol, hostname, port } = new URL(endpoint);
  const metadata = { name, namespace: 'default' };
  const place = { BUCKET_HOST: hostname, BUCKET_PORT: port, BUCKET_NAME: bucket, BUCKET_REGION: region };
  const credentials = { AWS_ACCESS_KEY_ID: keys.accessKeyId, AWS_SECRET_ACCESS_KEY: keys.secretAccessKey };
  const items = [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { ...place, BUCKET_SCHEME: protocol.slice(0, -1) } },
    { apiVersion: 'v1', kind: 'Secret', metadata, stringData: credentials },
  ];
  return { apiVersion: 'v1', kind: 'List', metadata: {}, items };
}
