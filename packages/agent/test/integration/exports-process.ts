/**
 * A process that uses the exports below DIRECTORY, for tests that need a kernel or a file system of their own. Prints what
 * it found as JSON.
 *
 * `kindless DIRECTORY`: mounts a file system there that does not tell the kinds of directory entries, fills the export
 * `web` and walks it. Needs a mount namespace of its own.
 * `watches DIRECTORY LIMIT COUNT told|silent`: sets a limit of the kernel on watches (`max_inotify_watches` or
 * `max_inotify_instances`) and listens to changes of `web`, whose directories are there, until it is told of one or, `silent`, for a while. Needs a user namespace of its own.
 * `churn DIRECTORY`: makes and removes files and directories for ever, in DIRECTORY itself.
 */
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { createSystemClock } from '@k4e/core/system';
import { createDirectoryExports } from '../../src/host/exports/index.ts';

const IMAGE_BYTES = 8_000_000;
/** More than are fetched from the kernel at once. */
const MANY_FILES = 600;

function print(value: unknown): void {
  writeSync(1, `${JSON.stringify(value)}\n`);
}

async function kindless(directory: string): Promise<void> {
  const image = `${directory}.img`;
  closeSync(openSync(image, 'w'));
  truncateSync(image, IMAGE_BYTES);
  execFileSync('mkfs.ext4', ['-q', '-O', '^filetype', image]);
  execFileSync('mount', ['-o', 'loop', image, directory]);
  mkdirSync(join(directory, 'web', 'ä-dir'), { recursive: true });
  for (let count = 0; count < MANY_FILES; count++) writeFileSync(join(directory, 'web', `f-${count}`), '');
  writeFileSync(join(directory, 'web', 'ä-dir', 'ö'), 'content');
  writeFileSync(Buffer.concat([Buffer.from(join(directory, 'web', 'x-')), Buffer.from([0xff])]), '');
  symlinkSync('ä-dir/ö', join(directory, 'web', 'link'));
  symlinkSync('/etc/passwd', join(directory, 'web', 'out'));
  const seen: string[] = [];
  const refused: string[] = [];
  for await (const batch of createDirectoryExports({ directory, clock: createSystemClock() }).walk('web', '.')) {
    seen.push(...batch.files.map(({ path }) => path));
    refused.push(...batch.refused.map(({ path }) => path));
  }
  const others = seen.filter((path) => !path.startsWith('f-')).sort();
  print({ count: seen.length, distinct: new Set(seen).size, others, refused: refused.sort() });
}

async function watches(directory: string, limit: string, count: string, outcome: string): Promise<void> {
  writeFileSync(`/proc/sys/user/${limit}`, count);
  const stop = new AbortController();
  const changes = createDirectoryExports({ directory, clock: createSystemClock() }).changes(['web'], {
    signal: stop.signal,
  });
  const first = changes[Symbol.asyncIterator]().next();
  await turns();
  writeFileSync(join(directory, 'web', 'new'), '1');
  // Silence has no end to wait for.
  if (outcome === 'silent') await turns().then(() => stop.abort());
  const heard = await first;
  print({ heard: heard.done === true ? null : heard.value });
  stop.abort();
}

/** Lets what is due happen, and what becomes due by it. */
async function turns(): Promise<void> {
  for (let count = 0; count < 100; count++) await new Promise((resolve) => setImmediate(resolve));
}

function churn(directory: string): never {
  const at = (name: string): string => join(directory, name);
  for (let count = 0; ; count++) {
    const name = `churn-${count % 50}`;
    rmSync(at(name), { recursive: true, force: true });
    if (count % 3 === 0) mkdirSync(at(`${name}/deep/er`), { recursive: true });
    else writeFileSync(at(name), String(count));
    if (count % 3 === 2) renameSync(at(name), at(`moved-${count % 7}`));
    if (count === 50) print('churning');
  }
}

const [mode, directory = '', ...rest] = process.argv.slice(2);
if (mode === 'kindless') await kindless(directory);
if (mode === 'watches') await watches(directory, rest[0] ?? '', rest[1] ?? '', rest[2] ?? '');
if (mode === 'churn') churn(directory);
