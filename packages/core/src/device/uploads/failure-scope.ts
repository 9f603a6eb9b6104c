import { errorCode, errorText } from '../../foundation/index.ts';
import type { ErrorCode } from '../../foundation/index.ts';

/**
 * What a failure is a failure of:
 *
 * | scope | meaning |
 * |---|---|
 * | `aborted` | nothing: it was told to end |
 * | `bucket` | the bucket or the way to it: no file would fare better now |
 * | `journal` | the journal: nothing can be uploaded surely |
 * | `file` | this file, as far as is known |
 */
export type FailureScope = 'aborted' | 'bucket' | 'journal' | 'file';

const BUCKET_CODES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'STORAGE_UNREACHABLE',
  'STORAGE_CREDENTIALS',
  'STORAGE_CLOCK_SKEW',
  'STORAGE_NO_BUCKET',
  'STORAGE_FULL',
  'STORAGE_THROTTLED',
  'TIMEOUT',
]);

/** A failure of the journal; what it failed with is the `cause`. */
export class JournalFailure extends Error {
  override readonly name = 'JournalFailure';

  constructor(cause: unknown) {
    super(errorText(cause), { cause });
  }
}

/** Tells what an upload's failure is a failure of. */
export function failureScope(error: unknown): FailureScope {
  if (error instanceof JournalFailure) return errorCode(error.cause) === 'ABORTED' ? 'aborted' : 'journal';
  const code = errorCode(error);
  if (code === 'ABORTED') return 'aborted';
  return code !== undefined && BUCKET_CODES.has(code) ? 'bucket' : 'file';
}

/** Does a call of the journal; what it rejects with is a `JournalFailure`. */
export async function journalled<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw new JournalFailure(error);
  }
}

/** The same for what the journal yields. */
export async function* journalledItems<T>(items: AsyncIterable<T>): AsyncGenerator<T, void> {
  try {
    yield* items;
  } catch (error) {
    throw new JournalFailure(error);
  }
}
