/** MinIO: a real S3 server in a container, which can be stopped, frozen and killed without losing what it stored. */
export { startMinio } from './start-minio.ts';
export type { Minio, MinioOptions } from './start-minio.ts';
export type { MinioLink } from './minio-link.ts';
export type { MinioUser } from './minio-admin.ts';
export { startMinioProgram } from './start-minio-program.ts';
export type { MinioProgram } from './start-minio-program.ts';
export { findMinioImage } from './minio-image.ts';
