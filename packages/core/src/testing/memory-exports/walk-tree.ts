import { dirname } from 'node:path/posix';
import type { ExportedFile, RefusedEntry, WalkBatch } from '../../ports/index.ts';
import { MAX_EXPORT_PATH_BYTES, MAX_WALK_DEPTH } from '../../ports/index.ts';
import { identityOf } from './memory-tree.ts';
import type { FollowedPath, MemoryTree } from './memory-tree.ts';

type Entry = { readonly file: ExportedFile } | { readonly refused: RefusedEntry };

/** What a walk from the directory or file at `names` sees, in the order of paths, in batches of `batchSize`. */
export function* walkTree(
  tree: MemoryTree | undefined,
  names: readonly string[],
  batchSize: number,
): Generator<WalkBatch> {
  if (tree === undefined) return;
  let files: ExportedFile[] = [];
  let refused: RefusedEntry[] = [];
  for (const entry of entriesFrom(tree, names)) {
    if ('file' in entry) files.push(entry.file);
    else refused.push(entry.refused);
    if (files.length + refused.length < batchSize) continue;
    yield { files, refused };
    files = [];
    refused = [];
  }
  if (files.length + refused.length > 0) yield { files, refused };
}

function* entriesFrom(tree: MemoryTree, names: readonly string[]): Generator<Entry> {
  const source = names.join('/');
  const start = tree.follow(names);
  if (start.kind !== 'directory') {
    yield* entryOf(source, start);
    return;
  }
  let isTooDeep = false;
  for (const [path, node] of tree.below(start.path)) {
    const below = start.path === '' ? path : path.slice(start.path.length + 1);
    const shown = source === '' ? below : `${source}/${below}`;
    const depth = below.split('/').length;
    if (depth > MAX_WALK_DEPTH || isTooLong(dirname(shown))) continue;
    if (isTooLong(shown)) yield excess(shown, `the path is longer than ${MAX_EXPORT_PATH_BYTES} bytes`);
    else if (node.kind === 'file') yield* entryOf(shown, { kind: 'file', file: node });
    else if (node.kind === 'link') yield* entryOf(shown, tree.follow(path.split('/')));
    else if (node.kind === 'refused') yield* entryOf(shown, node);
    else if (depth === MAX_WALK_DEPTH && !isTooDeep) {
      isTooDeep = true;
      yield excess(shown, `more than ${MAX_WALK_DEPTH} directories are within each other`);
    }
  }
}

const isTooLong = (path: string): boolean => Buffer.byteLength(path) > MAX_EXPORT_PATH_BYTES;

const excess = (path: string, reason: string): Entry => ({ refused: { path: path === '' ? '.' : path, reason } });

function* entryOf(path: string, found: FollowedPath): Generator<Entry> {
  if (found.kind === 'file') yield { file: { path, ...identityOf(found.file) } };
  if (found.kind === 'refused') yield { refused: { path, reason: found.reason } };
}
