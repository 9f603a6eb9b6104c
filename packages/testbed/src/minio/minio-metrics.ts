/** Environment of a MinIO whose metrics anybody may read. */
export const PUBLIC_METRICS = { MINIO_PROMETHEUS_AUTH_TYPE: 'public' } as const;

const REQUESTS = /^minio_api_requests_total\{.*type="s3".*\} ([\d.e+]+)$/gm;

/** How many S3 requests the MinIO at `endpoint` has answered so far, as it counts them itself (wire: its metrics, v3). */
export async function countS3Requests(
  endpoint: string,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<number> {
  const answer = await fetch(`${endpoint}/minio/metrics/v3/api/requests`, signal === undefined ? {} : { signal });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`MinIO answered ${String(answer.status)} when it was asked for metrics: ${text}`);
  return sumOfRequests(text);
}

/** The sum over all calls of S3, of metrics in Prometheus' text format. */
export function sumOfRequests(metrics: string): number {
  return [...metrics.matchAll(REQUESTS)].reduce((sum, [, count]) => sum + Number(count), 0);
}
