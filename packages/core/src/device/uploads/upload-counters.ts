import { errorCode } from '../../foundation/index.ts';
import type { MetricsSink } from '../../ports/index.ts';
import { JournalFailure } from './failure-scope.ts';

/** What is counted of uploads. */
export interface UploadCounters {
  /** Files that the bucket has taken so far. */
  readonly uploaded: number;
  noteUploaded(sizeBytes: number): void;
  noteFailed(error: unknown): void;
}

/** Declares what is counted. */
export function createUploadCounters(metrics: MetricsSink): UploadCounters {
  const files = metrics.counter({ name: 'k4e_agent_uploaded_files_total', help: 'Files that the bucket has taken.' });
  const bytes = metrics.counter({
    name: 'k4e_agent_uploaded_bytes_total',
    help: 'Size of the files that it has taken.',
  });
  const failures = metrics.counter({
    name: 'k4e_agent_upload_failures_total',
    help: 'Uploads of files that failed, by error code.',
    labelNames: ['code'],
  });
  let uploaded = 0;
  return {
    get uploaded() {
      return uploaded;
    },
    noteUploaded(sizeBytes) {
      uploaded += 1;
      files.add(1);
      bytes.add(sizeBytes);
    },
    noteFailed(error) {
      const cause = error instanceof JournalFailure ? error.cause : error;
      failures.add(1, { code: errorCode(cause) ?? 'INTERNAL' });
    },
  };
}
