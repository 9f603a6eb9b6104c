import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { hold } from './leash.ts';
import type { Held } from './leash.ts';

/** A directory of a part's own, gone with it. */
export interface TemporaryDirectory extends Held {
  readonly path: string;
}

/** Makes a directory that only this user can read. It is removed by `release()`, or when this process is gone. */
export async function makeTemporaryDirectory(): Promise<TemporaryDirectory> {
  const path = await mkdtemp(join(tmpdir(), 'k4e-testbed-'));
  return { path, ...hold([{ kind: 'remove', path }]) };
}
