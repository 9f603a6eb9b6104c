import { constants } from 'node:fs';
import { chmod, copyFile, lutimes, mkdir, readFile, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';

/** A file of a package. */
export type TreeEntry =
  | { readonly path: string; readonly content: string | Buffer; readonly isProgram?: boolean }
  | { readonly path: string; readonly file: string; readonly isProgram?: boolean }
  | { readonly path: string; readonly link: string };

/** A directory as it is going to be installed. */
export interface PackageTree {
  /** Adds files, by paths such as `usr/bin/k4e-agent`; each belongs to root, who alone may write it. */
  add(entries: readonly TreeEntry[]): Promise<void>;
  /** Kibibytes that it takes installed, as Debian counts them. */
  sizeKib(): Promise<number>;
  /** The digests of all files, in the format of `md5sums`. */
  digests(): Promise<string>;
  /** Gives everything the same age: nothing but the content is to make a difference. */
  settle(epochSeconds: number): Promise<void>;
}

const DIRECTORY_MODE = 0o755;
const PROGRAM_MODE = 0o755;
const FILE_MODE = 0o644;
const KIB = 1_024;

/** The tree in an empty directory. */
export function createPackageTree(root: string): PackageTree {
  return {
    add: async (entries) => {
      for (const entry of entries) await addEntry(root, entry);
    },
    sizeKib: async () => {
      const sizes = (await walk(root)).map(({ sizeBytes }) => Math.max(1, Math.ceil(sizeBytes / KIB)));
      return sizes.reduce((total, size) => total + size, 0);
    },
    digests: async () => {
      const lines: string[] = [];
      for (const { path, kind } of await walk(root)) {
        if (kind !== 'file' || path.startsWith('DEBIAN/')) continue;
        lines.push(`${await digestOf(join(root, path))}  ${path}\n`);
      }
      return lines.join('');
    },
    settle: async (epochSeconds) => {
      // Directories last: what is done in them makes them young again.
      const paths = (await walk(root)).map(({ path }) => join(root, path)).reverse();
      for (const path of [...paths, root]) await lutimes(path, epochSeconds, epochSeconds);
    },
  };
}

async function addEntry(root: string, entry: TreeEntry): Promise<void> {
  const path = join(root, entry.path);
  await makeDirectories(root, dirname(entry.path));
  if ('link' in entry) return symlink(entry.link, path);
  if ('content' in entry) await writeFile(path, entry.content, { flag: 'wx' });
  else await copyFile(entry.file, path, constants.COPYFILE_EXCL);
  await chmod(path, entry.isProgram === true ? PROGRAM_MODE : FILE_MODE);
}

// One by one: the mode that `mkdir` is given is subject to the user's mask.
async function makeDirectories(root: string, path: string): Promise<void> {
  if (path === '.') return chmod(root, DIRECTORY_MODE);
  await makeDirectories(root, dirname(path));
  await mkdir(join(root, path), { recursive: true });
  await chmod(join(root, path), DIRECTORY_MODE);
}

interface Walked {
  readonly path: string;
  readonly kind: 'file' | 'other';
  /** 0 for what is no file. */
  readonly sizeBytes: number;
}

/** Everything below `root`, directories before what is in them, in the order of names. */
async function walk(root: string, below = ''): Promise<readonly Walked[]> {
  const walked: Walked[] = [];
  const entries = await readdir(join(root, below), { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(below, entry.name);
    const isFile = entry.isFile();
    walked.push({ path, kind: isFile ? 'file' : 'other', sizeBytes: isFile ? (await stat(join(root, path))).size : 0 });
    if (entry.isDirectory()) walked.push(...(await walk(root, path)));
  }
  return walked;
}

async function digestOf(file: string): Promise<string> {
  return createHash('md5')
    .update(await readFile(file))
    .digest('hex');
}
