import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

const RULE = '='.repeat(78);
const APACHE = '/usr/share/common-licenses/Apache-2.0';

/** A library that is in the bundles. */
interface Library {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly directory: string;
}

/**
 * The copyright file of the package: ours, Node's, and that of every library of which something is in the bundles. Throws for
 * a library that has no licence.
 */
export async function renderCopyright(
  root: string,
  inputs: readonly string[],
  nodeLicense: string,
  nodeVersion: string,
): Promise<string> {
  const libraries = await librariesOf(root, inputs);
  const parts = [
    `k4e is licensed under the Apache License, Version 2.0, which is in\n${APACHE}.\nCopyright: the authors of k4e.`,
    `The programs in /usr/lib/k4e hold these libraries, each under the licence that\nfollows further below:\n\n${libraries.map(({ name, version, license }) => `  ${name} ${version} (${license})`).join('\n')}`,
    `/usr/lib/k4e/node is Node.js ${nodeVersion} as its makers publish it:\n\n${nodeLicense.trim()}`,
  ];
  for (const library of libraries) parts.push(`${library.name} ${library.version}:\n\n${await termsOf(library)}`);
  return `${parts.join(`\n\n${RULE}\n\n`)}\n`;
}

async function librariesOf(root: string, inputs: readonly string[]): Promise<readonly Library[]> {
  const directories = new Set<string>();
  for (const input of inputs) {
    const [directory] = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input) ?? [];
    if (directory !== undefined) directories.add(directory);
  }
  const libraries = new Map<string, Library>();
  for (const directory of [...directories].sort()) {
    const { name, version, license } = await manifestOf(join(root, directory));
    libraries.set(`${name} ${version}`, { name, version, license, directory: join(root, directory) });
  }
  return [...libraries.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function manifestOf(directory: string): Promise<Omit<Library, 'directory'>> {
  const manifest: unknown = JSON.parse(await readFile(join(directory, 'package.json'), 'utf8'));
  const text = (key: string): string => {
    const value: unknown = Reflect.get(Object(manifest), key);
    if (typeof value !== 'string') throw new Error(`${directory}: its package.json has no ${key}`);
    return value;
  };
  return { name: text('name'), version: text('version'), license: text('license') };
}

/** The words of its licence; Debian has one copy of Apache's for all packages. */
async function termsOf({ name, license, directory }: Library): Promise<string> {
  const files = (await readdir(directory)).filter((file) => /^licen[cs]e/i.test(file)).sort();
  const [file] = files;
  if (license === 'Apache-2.0') return `Licensed under the Apache License, Version 2.0: ${APACHE}.`;
  if (file === undefined) return `Copyright: the authors of ${name}. Licence: ${license}.`;
  return (await readFile(join(directory, file), 'utf8')).trim();
}
