import { K4eError } from '../../foundation/index.ts';
import { MAX_OBJECT_KEY_BYTES, parseExportPath } from '../../ports/index.ts';
import { excerpt } from './excerpt.ts';

/** Where files go: those at or below `source` in the export of a workload, to `target` in the bucket. */
export interface UploadPath {
  /** Relative to the export, without needless parts; `.` is the export itself. */
  readonly source: string;
  /** Begins and ends with no slash; empty for the top of the bucket. */
  readonly target: string;
  /** Whether `target` was written as a directory: with a slash at its end, or empty. */
  readonly isDirectory: boolean;
}

/**
 * Reads a path of a workload's `data` (wire). Slashes too many and `.` are dropped, as upstream does; a slash at the
 * beginning of the target is too. Throws `INVALID_INPUT` for a source that `parseExportPath` refuses, and for a target
 * that goes up with `..` or is nothing that a key can begin with.
 */
export function readUploadPath({ source, target }: { readonly source: string; readonly target: string }): UploadPath {
  const sourceNames = parseExportPath(source);
  const names = target.split('/').filter((name) => name !== '' && name !== '.');
  const objection = objectionTo(target, names);
  if (objection !== undefined) {
    throw new K4eError('INVALID_INPUT', { subject: `target ${excerpt(target)}`, message: objection, retry: 'never' });
  }
  return {
    source: sourceNames.length === 0 ? '.' : sourceNames.join('/'),
    target: names.join('/'),
    isDirectory: names.length === 0 || target.endsWith('/'),
  };
}

/**
 * Key of the object that a file at `filePath` goes to (wire: as upstream): the target, and the path of the file relative to
 * the source. A source that is itself the file goes to the target as it is written, unless that is a directory.
 * `undefined` for a file that is not below the source. `MAX_OBJECT_KEY_BYTES` is for the caller to check. Pure.
 */
export function objectKey({ source, target, isDirectory }: UploadPath, filePath: string): string | undefined {
  if (source === '.') return join(target, filePath);
  if (filePath === source) return isDirectory ? join(target, filePath.slice(filePath.lastIndexOf('/') + 1)) : target;
  return filePath.startsWith(`${source}/`) ? join(target, filePath.slice(source.length + 1)) : undefined;
}

/** Whether a store takes `key`: text of at most `MAX_OBJECT_KEY_BYTES` bytes of UTF-8. */
export function isObjectKey(key: string): boolean {
  return key !== '' && Buffer.byteLength(key) <= MAX_OBJECT_KEY_BYTES;
}

/**
 * Prefixes under which every object of these targets is found, none below another. Objects of other targets may be among
 * them.
 */
export function listedPrefixes(paths: readonly UploadPath[]): readonly string[] {
  const prefixes = [...new Set(paths.map(({ target }) => target))].sort();
  return prefixes.filter((prefix) => !prefixes.some((other) => other !== prefix && prefix.startsWith(other)));
}

function join(target: string, path: string): string {
  return target === '' ? path : `${target}/${path}`;
}

function objectionTo(target: string, names: readonly string[]): string | undefined {
  if (names.includes('..')) return 'goes up with ..';
  if (target.includes('\0') || !target.isWellFormed()) return 'cannot be part of a key';
  if (Buffer.byteLength(names.join('/')) > MAX_OBJECT_KEY_BYTES)
    return `is longer than the ${MAX_OBJECT_KEY_BYTES} bytes of a key`;
  return undefined;
}
