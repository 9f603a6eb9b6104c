import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { MinioProgram } from '@k4e/testbed';
import type { BenchAgent } from './bench-agent.ts';
import { checkObjects } from './bucket-contents.ts';
import { flush } from './file-tree.ts';
import type { FileTree } from './file-tree.ts';
import type { Rclone, RcloneJob } from './rclone.ts';

/** How long a file has to be as it is before the agent takes it for complete, in milliseconds. Not counted: rclone waits for nothing. */
const SETTLE_MS = 2_000;

/** Who uploads the same files to the same MinIO. */
export interface Duellists {
  readonly agent: BenchAgent;
  readonly rclone: Rclone;
  readonly minio: MinioProgram;
  /** Each has a bucket of its own. */
  readonly buckets: { readonly agent: string; readonly rclone: string };
  /** A directory on the same file system as the exports. */
  readonly directory: string;
  readonly note: (line: string) => void;
}

/** What is uploaded. */
export interface DuelJob {
  readonly workload: string;
  readonly flags: RcloneJob;
  readonly tree: FileTree;
  readonly make: (directory: string) => Promise<void>;
}

/** How long each took, in milliseconds. */
export interface DuelTimes {
  readonly agentMs: number;
  readonly rcloneMs: number;
}

/** Has both upload the same new files, one after the other. Fails unless all of them came to both buckets. */
export async function duel(duellists: Duellists, job: DuelJob, round: number): Promise<DuelTimes> {
  const { agent, minio, buckets, directory, note } = duellists;
  const name = `round-${String(round)}`;
  const [made, exported] = [join(directory, name), join(agent.exportOf(job.workload), name)];
  await job.make(made);
  const runs = {
    agent: () => timeAgent(duellists, job, made, exported),
    rclone: (from: string) => timeRclone(duellists, job, from, `${job.workload}/${name}`),
  };
  const isAgentFirst = round % 2 === 0;
  const early = isAgentFirst ? undefined : await runs.rclone(made);
  const agentMs = await runs.agent();
  const rcloneMs = early ?? (await runs.rclone(exported));
  await checkObjects(minio, buckets.agent, `${job.workload}/${name}/`, job.tree);
  await checkObjects(minio, buckets.rclone, `${job.workload}/${name}/`, job.tree);
  await remove(exported, directory);
  note(
    `${job.flags}, ${round === 0 ? 'warm-up' : `round ${String(round)}`}: ${words(job.tree, { agentMs, rcloneMs })}`,
  );
  return { agentMs, rcloneMs };
}

async function timeAgent({ agent }: Duellists, { workload, tree }: DuelJob, from: string, to: string): Promise<number> {
  const done = agent.uploaded(workload, tree.files);
  await rename(from, to);
  const settledAtMs = Date.now() + SETTLE_MS;
  return (await done) - settledAtMs;
}

async function timeRclone(
  { rclone, buckets, directory }: Duellists,
  { flags }: DuelJob,
  from: string,
  place: string,
): Promise<number> {
  const tookMs = await rclone.copy(flags, from, `${buckets.rclone}/${place}`);
  await flush(directory);
  return tookMs;
}

/** In one step for who watches the directory: what goes on within it would be told for each file. */
async function remove(tree: string, directory: string): Promise<void> {
  const away = join(directory, 'away');
  await mkdir(away, { recursive: true });
  await rename(tree, join(away, 'tree'));
  await rm(away, { recursive: true });
  await flush(directory);
}

function words({ files, fileBytes }: FileTree, { agentMs, rcloneMs }: DuelTimes): string {
  const rate = (ms: number): string =>
    files > 1
      ? `${((files * 1_000) / ms).toFixed(0)} files/s`
      : `${((fileBytes * 1_000) / 2 ** 20 / ms).toFixed(0)} MiB/s`;
  return `k4e ${rate(agentMs)}, rclone ${rate(rcloneMs)}, ratio ${(rcloneMs / agentMs).toFixed(2)}`;
}
