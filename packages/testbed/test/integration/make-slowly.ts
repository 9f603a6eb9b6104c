/** A program that wants a part of the cache in the directory it is told, takes a while to make it, and says whether it did. */
import { writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

import { openPartCache } from '../../src/parts/index.ts';

const MAKING_TAKES_MS = 1500;

let said = 'found';
await openPartCache(process.argv[2] ?? '', () => undefined).findOrMake('part-1', async (path) => {
  said = 'made';
  await delay(MAKING_TAKES_MS);
  await writeFile(path, 'the part');
});
process.stdout.write(`${said}\n`);
