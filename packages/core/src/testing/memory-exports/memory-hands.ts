import type { Clock } from '../../ports/index.ts';
import { createMemoryTree } from './memory-tree.ts';
import type { MemoryTree } from './memory-tree.ts';

/** What workloads do in their exports. Paths are relative to the export, with `/`. */
export interface MemoryHands {
  /** Writes a file whole: into the file that is there, else a new one. */
  write(workload: string, path: string, content: string | Uint8Array): void;
  /** Writes at the end of a file. */
  append(workload: string, path: string, content: string | Uint8Array): void;
  /** Puts another file in the place of what is there, as a rename does. */
  replace(workload: string, path: string, content: string | Uint8Array): void;
  /** Moves a file; it stays the same file. */
  rename(workload: string, from: string, to: string): void;
  /** Takes a file, link or directory away; a file that is open stays whole for who has it open. */
  remove(workload: string, path: string): void;
  /** Makes a symbolic link, with its target as the workload would write it. */
  link(workload: string, path: string, target: string): void;
  makeDirectory(workload: string, path: string): void;
  /** Makes something that is never uploaded, such as a pipe. */
  makeRefused(workload: string, path: string, reason: string): void;
}

function createOwnTime(): Pick<Clock, 'nowMs'> {
  let nowMs = Date.UTC(2026, 0, 1);
  return { nowMs: () => ++nowMs };
}

const bytesOf = (content: string | Uint8Array): Uint8Array =>
  typeof content === 'string' ? new TextEncoder().encode(content) : Uint8Array.from(content);

/** Creates the hands over `trees`; each change is told to `onChange`. Without a clock, time moves with each change. */
export function createMemoryHands(
  trees: Map<string, MemoryTree>,
  onChange: (workload: string) => void,
  clock: Pick<Clock, 'nowMs'> = createOwnTime(),
): MemoryHands {
  let lastInode = 0;
  const change = (workload: string, apply: (tree: MemoryTree) => void): void => {
    const tree = trees.get(workload) ?? createMemoryTree();
    trees.set(workload, tree);
    apply(tree);
    onChange(workload);
  };
  const writeNew = (tree: MemoryTree, path: string, content: Uint8Array): void => {
    const nowMs = clock.nowMs();
    tree.remove(path);
    tree.put(path, { kind: 'file', content, inode: ++lastInode, modifiedAtMs: nowMs, changedAtMs: nowMs });
  };
  const writeInto = (tree: MemoryTree, path: string, contentOf: (old: Uint8Array) => Uint8Array): void => {
    const node = tree.get(path);
    if (node?.kind !== 'file') return writeNew(tree, path, contentOf(new Uint8Array(0)));
    node.content = contentOf(node.content);
    node.modifiedAtMs = node.changedAtMs = clock.nowMs();
  };
  return {
    write: (workload, path, content) => change(workload, (tree) => writeInto(tree, path, () => bytesOf(content))),
    append: (workload, path, content) =>
      change(workload, (tree) => writeInto(tree, path, (old) => Buffer.concat([old, bytesOf(content)]))),
    replace: (workload, path, content) => change(workload, (tree) => writeNew(tree, path, bytesOf(content))),
    rename: (workload, from, to) =>
      change(workload, (tree) => {
        const node = tree.get(from);
        if (node?.kind !== 'file') return;
        tree.remove(from);
        tree.remove(to);
        tree.put(to, node);
        node.changedAtMs = clock.nowMs();
      }),
    remove: (workload, path) => change(workload, (tree) => tree.remove(path)),
    link: (workload, path, target) => change(workload, (tree) => tree.put(path, { kind: 'link', target })),
    makeDirectory: (workload, path) => change(workload, (tree) => tree.put(path, { kind: 'directory' })),
    makeRefused: (workload, path, reason) => change(workload, (tree) => tree.put(path, { kind: 'refused', reason })),
  };
}
