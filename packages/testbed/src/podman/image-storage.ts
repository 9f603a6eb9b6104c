import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { makeTemporaryDirectory, mountsBelow, runChecked, runLeashed } from '../processes/index.ts';
import { writePodmanConfiguration } from './podman-configuration.ts';
import type { PodmanPrograms } from './podman-programs.ts';

/** How long an image may take to be unpacked, or pulled. */
const STORE_DEADLINE_MS = 900_000;

/**
 * Fills a podman storage directory by the podman commands of `fill`, and leaves nothing mounted there. Other podmans use it
 * as an image store: an image of 300 MB is then there at once, for any number of them.
 */
export async function fillImageStorage(
  programs: PodmanPrograms,
  storage: string,
  commands: readonly (readonly string[])[],
  options: { readonly signal?: AbortSignal } = {},
): Promise<void> {
  const scratch = await makeTemporaryDirectory();
  try {
    const { layout } = programs;
    const configuration = { directory: scratch.path, layout, isolated: true, imageStores: [] };
    const env = { ...process.env, ...(await writePodmanConfiguration(configuration)) };
    await mkdir(storage, { recursive: true });
    const podman = [programs.podman, `--root=${storage}`, `--runroot=${join(scratch.path, 'run')}`];
    for (const command of commands) {
      await runLeashed([...podman, ...command], { ...options, env, deadlineMs: STORE_DEADLINE_MS });
    }
  } finally {
    for (const point of await mountsBelow(storage)) await runChecked(['umount', point]);
    await scratch.release();
  }
}
