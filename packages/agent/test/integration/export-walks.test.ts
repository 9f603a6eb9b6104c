import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createSystemClock } from '@k4e/core/system';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createDirectoryExports } from '../../src/host/exports/index.ts';

const run = promisify(execFile);
const PROGRAM = join(import.meta.dirname, 'exports-process.ts');
const NODE = [process.execPath, '--conditions=@k4e/source', '--disable-warning=ExperimentalWarning', PROGRAM];
const REQUIRE_ALL = process.env.K4E_REQUIRE_ALL === '1';

/** Files that nobody touches while others come and go around them: more than are fetched from the kernel at once. */
const LASTING_FILES = 700;
const WALKS = 40;

let base: string;
let directory: string;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'k4e-walks-'));
  directory = join(base, 'volumes');
  await mkdir(join(directory, 'web'), { recursive: true });
});
afterEach(() => rm(base, { recursive: true }));

async function outcomeOf(command: readonly string[]): Promise<unknown> {
  const [file = '', ...args] = command;
  const { stdout } = await run(file, args);
  return JSON.parse(stdout);
}

const succeeds = (file: string, args: readonly string[]): Promise<boolean> =>
  run(file, [...args]).then(
    () => true,
    () => false,
  );
const canMount = process.geteuid?.() === 0 && (await succeeds('unshare', ['--mount', 'mkfs.ext4', '-V']));
const canLimitWatches = await succeeds('unshare', [
  '--user',
  '--map-root-user',
  'test',
  '-w',
  '/proc/sys/user/max_inotify_watches',
]);

test('files that stay are seen by every walk, once, whatever comes and goes around them', async () => {
  const lasting = Array.from({ length: LASTING_FILES }, (_, index) => `lasting-${index}`);
  for (const name of lasting) await writeFile(join(directory, 'web', name), '');
  const [file = '', ...args] = NODE;
  const churn = spawn(file, [...args, 'churn', join(directory, 'web')], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exit = once(churn, 'exit');
  try {
    await once(churn.stdout, 'data');
    const files = createDirectoryExports({ directory, clock: createSystemClock() });
    for (let count = 0; count < WALKS; count++) {
      const seen: string[] = [];
      for await (const batch of files.walk('web', '.')) {
        expect(batch.refused).toEqual([]);
        seen.push(...batch.files.map(({ path }) => path));
      }
      expect(seen.filter((path) => path.startsWith('lasting-')).sort()).toEqual(lasting.toSorted());
    }
    expect(churn.exitCode).toBeNull();
  } finally {
    churn.kill('SIGKILL');
    await exit;
  }
});

test.skipIf(!canMount && !REQUIRE_ALL)(
  'a file system that does not tell the kinds of entries is walked all the same (needs root and mkfs.ext4)',
  async () => {
    expect(await outcomeOf(['unshare', '--mount', ...NODE, 'kindless', directory])).toEqual({
      count: 602,
      distinct: 602,
      others: ['link', 'ä-dir/ö'],
      refused: ['out', 'x-\\xff'],
    });
  },
);

test.skipIf(!canLimitWatches && !REQUIRE_ALL).each<[string, string, string, 'told' | 'silent']>([
  ['when there are fewer watches than directories, the export itself is still told of', 'watches', '3', 'told'],
  ['when there are no watches, nothing is told, and nothing breaks', 'watches', '0', 'silent'],
  ['when the kernel tells nobody of changes, nothing is told, and nothing breaks', 'instances', '0', 'silent'],
])('%s (needs a user namespace)', async (_what, limited, limit, outcome) => {
  for (let count = 0; count < 10; count++) await mkdir(join(directory, 'web', `d-${count}`));
  const limits = [`max_inotify_${limited}`, limit, outcome];
  const command = ['unshare', '--user', '--map-root-user', ...NODE, 'watches', directory, ...limits];
  expect(await outcomeOf(command)).toEqual({ heard: outcome === 'told' ? 'web' : null });
});
