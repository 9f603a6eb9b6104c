import { MAX_EXPORT_LINKS } from '../../ports/index.ts';
import type { FileIdentity } from '../../ports/index.ts';
import { EXPORT_MOUNT_PATH } from '../../resources/index.ts';

/** A file of a memory tree; it goes on to exist for who has opened it. */
export interface MemoryFile {
  readonly kind: 'file';
  content: Uint8Array;
  readonly inode: number;
  modifiedAtMs: number;
  changedAtMs: number;
}

/** What a path of a memory tree can be. */
export type MemoryNode =
  | MemoryFile
  | { readonly kind: 'directory' }
  | { readonly kind: 'link'; readonly target: string }
  | { readonly kind: 'refused'; readonly reason: string };

/** What following a path comes to: a file or directory at the path without links, what is refused, or nothing. */
export type FollowedPath =
  | { readonly kind: 'file'; readonly file: MemoryFile }
  | { readonly kind: 'directory'; readonly path: string }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'nothing' };

/** The export of one workload: nodes by their path, parents of each included. */
export interface MemoryTree {
  get(path: string): MemoryNode | undefined;
  /** Puts a node, and the directories on the way to it. */
  put(path: string, node: MemoryNode): void;
  /** Takes a node away, with all below it. */
  remove(path: string): void;
  /** All nodes below a directory, sorted by path. */
  below(directory: string): readonly (readonly [string, MemoryNode])[];
  /** Goes along the names as a container would, through links. */
  follow(names: readonly string[]): FollowedPath;
}

const NOTHING = { kind: 'nothing' } as const;

/** The state of `file` as the ports tell it. */
export function identityOf(file: MemoryFile): FileIdentity {
  const { content, modifiedAtMs, changedAtMs, inode } = file;
  return { sizeBytes: content.byteLength, modifiedAtMs, changedAtMs, inode };
}

/** Creates an empty tree. */
export function createMemoryTree(): MemoryTree {
  const nodes = new Map<string, MemoryNode>();
  const isBelow = (path: string, directory: string): boolean => directory === '' || path.startsWith(`${directory}/`);
  return {
    get: (path) => nodes.get(path),
    put(path, node) {
      const names = path.split('/');
      for (let depth = 1; depth < names.length; depth++) {
        const parent = names.slice(0, depth).join('/');
        if (nodes.get(parent)?.kind !== 'directory') nodes.set(parent, { kind: 'directory' });
      }
      nodes.set(path, node);
    },
    remove(path) {
      for (const key of [...nodes.keys()]) if (key === path || isBelow(key, path)) nodes.delete(key);
    },
    below: (directory) => [...nodes].filter(([path]) => isBelow(path, directory)).sort(([a], [b]) => (a < b ? -1 : 1)),
    follow: (names) => follow(nodes, names),
  };
}

function follow(nodes: ReadonlyMap<string, MemoryNode>, names: readonly string[]): FollowedPath {
  let at: string[] = [];
  let todo = [...names];
  let links = 0;
  while (todo.length > 0) {
    const [name = '', ...rest] = todo;
    todo = rest;
    if (name === '' || name === '.') continue;
    if (name === '..') {
      if (at.pop() === undefined) return refused('it leads out of the export');
      continue;
    }
    const path = [...at, name].join('/');
    const node = nodes.get(path);
    if (node?.kind === 'link') {
      if (++links > MAX_EXPORT_LINKS) return refused('it leads through too many links');
      const target = targetOf(node.target);
      if (target === undefined) return refused('it leads out of the export');
      if (target.isAbsolute) at = [];
      todo = [...target.names, ...todo];
    } else if (node?.kind === 'directory') at.push(name);
    else return todo.length > 0 ? NOTHING : endOf(node);
  }
  return { kind: 'directory', path: at.join('/') };
}

function endOf(node: Exclude<MemoryNode, { kind: 'directory' | 'link' }> | undefined): FollowedPath {
  if (node === undefined) return NOTHING;
  return node.kind === 'file' ? { kind: 'file', file: node } : refused(node.reason);
}

function refused(reason: string): FollowedPath {
  return { kind: 'refused', reason };
}

function targetOf(target: string): { readonly isAbsolute: boolean; readonly names: readonly string[] } | undefined {
  if (!target.startsWith('/')) return { isAbsolute: false, names: target.split('/') };
  const isInside = target === EXPORT_MOUNT_PATH || target.startsWith(`${EXPORT_MOUNT_PATH}/`);
  return isInside ? { isAbsolute: true, names: target.slice(EXPORT_MOUNT_PATH.length).split('/') } : undefined;
}
