/**
 * A process that uses a file state store, for tests that take its disk or its life away.
 *
 * `loop DIRECTORY`: writes one document for ever, and prints the number of each write that has resolved.
 * `fail DIRECTORY [MOUNT]`: writes `old`, then one that cannot succeed, and prints what happened as JSON. With `tmpfs` it
 * first mounts a small one there, with `read-only` one that it makes read-only; both need a mount namespace of its own.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { errorCode, errorText } from '@k4e/core';
import { createFileStateStore } from '../../src/host/state/index.ts';
import { loopDocument } from './loop-document.ts';

const TOO_MUCH_BYTES = 1_000_000;

async function loop(directory: string): Promise<void> {
  const store = createFileStateStore({ directory });
  for (let count = 1; ; count++) {
    await store.write('config', loopDocument(count));
    writeSync(1, `${count}\n`);
  }
}

async function fail(directory: string, mount: string | undefined): Promise<void> {
  if (mount !== undefined) {
    mkdirSync(directory);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k,mode=0700', 'k4e-test', directory]);
  }
  const store = createFileStateStore({ directory });
  await store.write('config', new TextEncoder().encode('old'));
  if (mount === 'read-only') execFileSync('mount', ['-o', 'remount,ro', directory]);
  const failures: unknown[] = [];
  for (const name of ['config', 'fresh']) {
    const bytes = new Uint8Array(TOO_MUCH_BYTES);
    await store.write(name, bytes).catch((error: unknown) => failures.push([errorCode(error), errorText(error)]));
  }
  const old = new TextDecoder().decode(await store.read('config'));
  writeSync(1, JSON.stringify({ failures, old, names: await readdir(directory) }));
}

const [mode, directory = '', mount] = process.argv.slice(2);
await (mode === 'loop' ? loop(directory) : fail(directory, mount));
