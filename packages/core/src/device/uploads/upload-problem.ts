import type { ErrorCode } from '../../foundation/index.ts';

/** Why files are not uploaded, for people and machines. */
export interface UploadProblem {
  readonly code?: ErrorCode;
  /** In words, without a secret. */
  readonly message: string;
  /** When it is tried again, monotonic milliseconds; absent when nothing is tried before something else changes. */
  readonly retryAtMs?: number;
}
