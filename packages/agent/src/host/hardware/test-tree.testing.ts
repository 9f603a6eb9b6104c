import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Files by path below a root: a text or bytes is a file, `{ link }` a symbolic link, `{}` an empty directory. */
export type TestTree = Readonly<Record<string, string | Uint8Array | { readonly link?: string }>>;

/** Runs `use` with the root of a directory tree made of `tree`, and removes it. */
export async function withTestTree<T>(tree: TestTree, use: (root: string) => Promise<T>): Promise<T> {
  const root = await mkdtemp(join(tmpdir(), 'k4e-tree-'));
  try {
    for (const [path, entry] of Object.entries(tree)) await plant(join(root, path), entry);
    return await use(root);
  } finally {
    await rm(root, { recursive: true });
  }
}

async function plant(path: string, entry: TestTree[string]): Promise<void> {
  const isFile = typeof entry === 'string' || entry instanceof Uint8Array;
  await mkdir(isFile || entry.link !== undefined ? dirname(path) : path, { recursive: true });
  if (isFile) await writeFile(path, entry);
  else if (entry.link !== undefined) await symlink(entry.link, path);
}
