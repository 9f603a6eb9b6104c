import type { UploadProblem } from './upload-problem.ts';

/** How the uploads of a workload fare. */
export interface UploadReport {
  readonly workload: string;
  /** What is to be uploaded, as far as was seen; absent before the first look. */
  readonly pending?: { readonly files: number; readonly bytes: number };
  /** Why it is not, or what never is; absent when nothing is wrong. */
  readonly problem?: UploadProblem;
  /** When all that there was to upload had been, in milliseconds since 1970; absent until that was so. */
  readonly lastUploadMs?: number;
}

/** Longest message of a report, in characters; what a status holds. */
export const MAX_UPLOAD_MESSAGE = 1_024;
