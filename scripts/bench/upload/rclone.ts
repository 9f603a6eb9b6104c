import { findRclone, runCommand } from '@k4e/testbed';
import type { MinioProgram } from '@k4e/testbed';

/**
 * Each for its job at its best:
 *
 * | job | flags |
 * |---|---|
 * | `small` | new files, as many at once as go best here |
 * | `smallUnchecked` | besides, nothing is looked up in the bucket, before or after: what the store was sent it has checked by its `Content-MD5` |
 * | `large` | parts as they go best here; no MD5 of the whole file ahead |
 * | `unchanged` | one listing of the bucket, compared by size alone |
 */
export const RCLONE_FLAGS = {
  small: ['--transfers=32', '--checkers=32'],
  smallUnchecked: ['--transfers=32', '--checkers=32', '--no-check-dest', '--s3-no-head', '--s3-no-check-bucket'],
  large: [
    '--transfers=32',
    '--no-check-dest',
    '--s3-no-head',
    '--s3-no-check-bucket',
    '--s3-disable-checksum',
    '--s3-chunk-size=16M',
    '--s3-upload-concurrency=8',
  ],
  unchanged: ['--transfers=32', '--checkers=32', '--fast-list', '--size-only', '--s3-no-check-bucket'],
} as const;

/** Something that rclone is measured at. */
export type RcloneJob = keyof typeof RCLONE_FLAGS;

/** `rclone copy` to a MinIO. */
export interface Rclone {
  /** Copies what is in a directory to a place in a bucket; resolves to how long the program ran, in milliseconds. */
  copy(job: RcloneJob, directory: string, place: string): Promise<number>;
}

const DEADLINE_MS = 1_200_000;

/** Finds rclone, or installs it. Its way to the MinIO is in its environment, and nothing of ours besides: it would heed it. */
export async function createRclone(minio: MinioProgram, home: string): Promise<Rclone> {
  const program = await findRclone();
  const env = {
    HOME: home,
    RCLONE_CONFIG: '/dev/null',
    RCLONE_CONFIG_MINIO_TYPE: 's3',
    RCLONE_CONFIG_MINIO_PROVIDER: 'Minio',
    RCLONE_CONFIG_MINIO_ENDPOINT: minio.endpoint,
    RCLONE_CONFIG_MINIO_REGION: minio.region,
    RCLONE_CONFIG_MINIO_ACCESS_KEY_ID: minio.root.accessKeyId,
    RCLONE_CONFIG_MINIO_SECRET_ACCESS_KEY: minio.root.secretAccessKey,
  };
  return {
    async copy(job, directory, place) {
      const beganMs = performance.now();
      const command = [program, 'copy', ...RCLONE_FLAGS[job], directory, `minio:${place}`];
      const { code, stderr } = await runCommand(command, { env, deadlineMs: DEADLINE_MS });
      if (code !== 0) throw new Error(`rclone copy ${place}: ${stderr}`);
      return performance.now() - beganMs;
    },
  };
}
