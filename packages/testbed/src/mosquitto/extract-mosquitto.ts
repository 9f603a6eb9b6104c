import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { PLATFORM, findProgram, isRoot, withFileLock, withProgress } from '../parts/index.ts';
import type { PartContext } from '../parts/index.ts';
import { makeTemporaryDirectory, runLeashed } from '../processes/index.ts';

/** What is unpacked once, for all checkouts. */
export const MOSQUITTO_KEY = `mosquitto-debian-${PLATFORM}`;

const DOWNLOAD_DEADLINE_MS = 300_000;

/** Downloads Debian's package of Mosquitto and those that it needs and this machine does not have, and unpacks them. Nothing is installed. */
export async function extractMosquitto(directory: string, context: PartContext): Promise<void> {
  for (const program of ['apt-get', 'dpkg-deb']) {
    if ((await findProgram({ program, package: program })) === undefined) throw new Error(`no ${program}`);
  }
  const { environment, progress, signal } = context;
  const options = { deadlineMs: DOWNLOAD_DEADLINE_MS, ...(signal === undefined ? {} : { signal }) };
  const scratch = await makeTemporaryDirectory();
  try {
    await withFileLock(join(environment.cacheDirectory, 'locks', 'apt-get'), progress, () =>
      withProgress(progress, 'downloading mosquitto, about 5 s', async () => {
        if (isRoot()) await runLeashed(['apt-get', 'update', '-o', 'DPkg::Lock::Timeout=300'], options);
        await runLeashed(['apt-get', 'install', ...downloadOnly(scratch.path), 'mosquitto'], options);
      }),
    );
    await mkdir(directory, { recursive: true });
    const packages = (await readdir(scratch.path)).filter((name) => name.endsWith('.deb'));
    for (const name of packages) await runLeashed(['dpkg-deb', '--extract', join(scratch.path, name), directory]);
  } finally {
    await scratch.release();
  }
}

function downloadOnly(directory: string): readonly string[] {
  const settings = [`Dir::Cache::Archives=${directory}`, 'Debug::NoLocking=1'];
  if (isRoot()) settings.push('APT::Sandbox::User=root');
  return [
    ...['--download-only', '--yes', '--no-install-recommends'],
    ...settings.flatMap((setting) => ['-o', setting]),
  ];
}
