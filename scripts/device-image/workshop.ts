import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { makeTemporaryDirectory, runLeashed } from '@k4e/testbed';
import type { DebianTrees } from './debian-trees.ts';

/** A tree with the tools, in which there is a bench where images are put together. */
export interface Workshop {
  /** The path of a file on the bench, as this machine sees it. */
  path(name: string): string;
  /** Runs a tool on the bench, with `stdin` as its standard input; resolves with its standard output. */
  run(command: readonly string[], stdin?: string): Promise<string>;
  /** Runs a program of the device's tree, in it. */
  runInTree(command: readonly string[]): Promise<string>;
  release(): Promise<void>;
}

/** Where the bench is in the tree of the tools. */
const BENCH = 'bench';
/** The name of the device's tree on the bench. */
export const TREE = 'tree';

const DEADLINE_MS = 1_800_000;

/** Unpacks both trees. Takes root: they hold devices, and files of several users. */
export async function openWorkshop(trees: DebianTrees, epochSeconds: number): Promise<Workshop> {
  const directory = await makeTemporaryDirectory();
  const tools = join(directory.path, 'tools');
  const path = (name: string): string => join(tools, BENCH, name);
  const env = { PATH: '/usr/sbin:/usr/bin', LC_ALL: 'C.UTF-8', SOURCE_DATE_EPOCH: String(epochSeconds), TZ: 'UTC' };
  // With a view of the processes that is the tree's own, and ends with the command.
  const inside = (root: string, command: readonly string[], stdin = ''): Promise<string> =>
    runLeashed(['unshare', '--pid', '--mount', '--fork', '--kill-child', 'chroot', root, ...command], {
      env: { ...env, DEBIAN_FRONTEND: 'noninteractive' },
      deadlineMs: DEADLINE_MS,
      waitsForChild: true,
      stdin,
    });
  const unpack = async (archive: string, to: string): Promise<void> => {
    await mkdir(to, { recursive: true });
    const owners = ['--numeric-owner', '--xattrs', '--xattrs-include=*'];
    await runLeashed(['tar', '--extract', `--file=${archive}`, `--directory=${to}`, ...owners]);
  };
  try {
    await unpack(trees.tools, tools);
    await unpack(trees.device, path(TREE));
  } catch (error) {
    await directory.release();
    throw error;
  }
  return {
    path,
    run: (command, stdin) => inside(tools, ['env', '-C', `/${BENCH}`, ...command], stdin),
    runInTree: (command) => inside(path(TREE), command),
    release: () => directory.release(),
  };
}
