/** Buckets for the contract suites: on the embedded endpoint, and on a real MinIO behind a proxy that counts and cuts. */
export { PATIENCE, createEndpointSubject } from './endpoint-subject.ts';
export { createMinioSubject } from './minio-subject.ts';
export { startCountingProxy } from './counting-proxy.ts';
export type { CountingProxy } from './counting-proxy.ts';
export { environmentAsked } from './environment-asked.ts';
export { memoryContent } from './memory-content.ts';
