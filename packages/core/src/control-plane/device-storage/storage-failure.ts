import { errorCode, errorText, hasCode } from '../../foundation/index.ts';
import type { ErrorCode } from '../../foundation/index.ts';

/** Why a device does not get its bucket. */
export interface StorageFailure {
  /** One CamelCase word. */
  readonly reason: string;
  /** In words for a fleet operator. */
  readonly message: string;
  /** Whether it stays so until somebody changes something; else it passes. */
  readonly needsSomebody: boolean;
  /** Whether nothing changes soon, so that it is enough to look now and then. */
  readonly isLasting: boolean;
}

/** What is no matter of the bucket, but of the store that all of this is written to: the pass fails, and comes again. */
const NOT_STORAGE: readonly ErrorCode[] = ['STORE_UNAVAILABLE', 'CONFLICT', 'ABORTED', 'NOT_FOUND'];
const NEEDS_SOMEBODY: readonly ErrorCode[] = ['BUCKET_UNAVAILABLE', 'FORBIDDEN', 'STORAGE_REFUSED', 'STORAGE_FULL'];

const FORBIDDEN_HINT =
  'the operator needs the rights to keep Secrets and to read what tells of the bucket; they are in its manifests, in the directory storage';

/** `STORAGE_NO_BUCKET` as `StorageNoBucket`. */
function pascalCase(code: ErrorCode): string {
  return code.toLowerCase().replace(/(?:^|_)([a-z])/g, (_match, letter: string) => letter.toUpperCase());
}

/** What an error says of the bucket; throws it again when it speaks of something else. */
export function readStorageFailure(error: unknown): StorageFailure {
  const code = errorCode(error);
  if (code !== undefined && NOT_STORAGE.includes(code)) throw error;
  // Words of errors that are not ours may hold anything, and are for the log alone.
  const message =
    code === undefined ? 'asking for the bucket failed; the log of the operator says why' : errorText(error);
  return {
    reason: code === undefined ? 'StorageError' : pascalCase(code),
    message: hasCode(error, 'FORBIDDEN') ? `${message}; ${FORBIDDEN_HINT}` : message,
    needsSomebody: code !== undefined && NEEDS_SOMEBODY.includes(code),
    isLasting: code === 'BUCKET_UNAVAILABLE',
  };
}
