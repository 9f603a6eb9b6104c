import { expect, test } from 'vitest';

import { sumOfRequests } from './minio-metrics.ts';

test('requests of S3 are summed up over all calls, and nothing else is', () => {
  const metrics = `# HELP minio_api_requests_total Total number of requests
# TYPE minio_api_requests_total counter
minio_api_requests_total{name="HeadObject",server="127.0.0.1:9000",type="s3"} 42
minio_api_requests_total{name="PutObject",server="127.0.0.1:9000",type="s3"} 1e+03
minio_api_requests_total{name="ServerInfo",server="127.0.0.1:9000",type="admin"} 5
minio_api_requests_4xx_errors_total{name="HeadObject",server="127.0.0.1:9000",type="s3"} 2
minio_api_requests_ttfb_seconds_distribution{le="+Inf",name="HeadObject",server="127.0.0.1:9000",type="s3"} 42
`;
  expect(sumOfRequests(metrics)).toBe(1_042);
  expect(sumOfRequests('')).toBe(0);
});
