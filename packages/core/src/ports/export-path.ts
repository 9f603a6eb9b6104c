import { K4eError } from '../foundation/index.ts';

/** Longest path below an export, in bytes of UTF-8: twice what the key of an object can hold. */
export const MAX_EXPORT_PATH_BYTES = 2_048;

/** Longest part of an excerpt from a path in an error, in characters. */
const EXCERPT_LENGTH = 120;

/**
 * The names on the way from the export to `path`, without what says nothing (`.`, `//`); empty for the export itself.
 * Throws `INVALID_INPUT` for a path that is absolute, goes up with `..`, is longer than `MAX_EXPORT_PATH_BYTES`, or can
 * name no file: with NUL, or not representable in UTF-8.
 */
export function parseExportPath(path: string): readonly string[] {
  const names = path.split('/').filter((name) => name !== '' && name !== '.');
  const objection = objectionTo(path, names);
  if (objection === undefined) return names;
  throw new K4eError('INVALID_INPUT', {
    subject: JSON.stringify(path.slice(0, EXCERPT_LENGTH)),
    message: objection,
    retry: 'never',
  });
}

function objectionTo(path: string, names: readonly string[]): string | undefined {
  if (path.startsWith('/')) return 'is an absolute path; it must be relative to the export of the workload';
  if (names.includes('..')) return 'leads out of the export of the workload';
  if (path.includes('\0') || !path.isWellFormed()) return 'cannot be the name of a file';
  if (Buffer.byteLength(path) > MAX_EXPORT_PATH_BYTES) return `is longer than ${MAX_EXPORT_PATH_BYTES} bytes`;
  return undefined;
}
