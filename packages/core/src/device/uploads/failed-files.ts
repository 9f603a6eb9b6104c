import type { ErrorCode } from '../../foundation/index.ts';
import { errorCode, errorText } from '../../foundation/index.ts';
import { uploadRetryMs } from './bucket-gate.ts';
import { excerpt } from './excerpt.ts';
import type { UploadProblem } from './upload-problem.ts';

/** Most files of a workload whose failures are remembered, each with its own time of the next try. */
export const MAX_FAILED_FILES = 1_000;

interface FailedFile {
  readonly code: ErrorCode | undefined;
  readonly message: string;
  readonly failures: number;
  readonly notBeforeMs: number;
  readonly look: number;
}

/** The files of a workload that could not be uploaded, and when each is tried again. All times monotonic milliseconds. */
export class FailedFiles {
  readonly #random: () => number;
  readonly #files = new Map<string, FailedFile>();

  /** `random` gives numbers in [0, 1). */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** Whether nothing more can be remembered: then no further file should be tried before one of these has done better. */
  get isFull(): boolean {
    return this.#files.size >= MAX_FAILED_FILES;
  }

  /** When the object `key` may be tried, and takes down that the look number `look` has met its file; 0: at once. */
  notBeforeMs(key: string, look: number): number {
    const file = this.#files.get(key);
    if (file === undefined) return 0;
    this.#files.set(key, { ...file, look });
    return file.notBeforeMs;
  }

  /** A try has failed. */
  noteFailure(key: string, error: unknown, { nowMs, look }: { readonly nowMs: number; readonly look: number }): void {
    const before = this.#files.get(key);
    if (before === undefined && this.isFull) return;
    const failures = (before?.failures ?? 0) + 1;
    const notBeforeMs = nowMs + uploadRetryMs(error, failures, this.#random);
    this.#files.set(key, { code: errorCode(error), message: errorText(error), failures, notBeforeMs, look });
  }

  /** It did not fail this time. */
  forget(key: string): void {
    this.#files.delete(key);
  }

  /** Forgets files that the whole look number `look` has not met: they are gone. */
  forgetUnseen(look: number): void {
    for (const [key, file] of this.#files) if (file.look < look) this.#files.delete(key);
  }

  /** All of it in one problem, with the key of one, and the time of the earliest next try. */
  get problem(): UploadProblem | undefined {
    const [first] = this.#files;
    if (first === undefined) return undefined;
    const [key, { code, message }] = first;
    const count = this.#files.size === 1 ? '1 file' : `${this.#files.size}${this.isFull ? ' or more' : ''} files`;
    return {
      ...(code === undefined ? {} : { code }),
      message: `${count} could not be uploaded, such as ${excerpt(key)}: ${message}`,
      retryAtMs: Math.min(...[...this.#files.values()].map(({ notBeforeMs }) => notBeforeMs)),
    };
  }
}
