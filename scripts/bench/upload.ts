/**
 * The files of a device to its bucket, against `rclone copy` on the same MinIO and the same files, the two in turn: many small
 * files, a large one, and a tree that has not changed. The agent runs as an embedder runs it, in a process of its own. Its
 * time counts from when the files have been there for as long as the agent wants them unchanged, to when it knows them to be
 * in the bucket; then the bucket is listed. rclone's time is that of the program.
 */
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startMinioProgram } from '@k4e/testbed';
import { describeMachine, median, memoryOf } from './figures.ts';
import { startBenchAgent } from './upload/bench-agent.ts';
import { checkObjects } from './upload/bucket-contents.ts';
import { duel } from './upload/duel.ts';
import type { DuelJob, DuelTimes, Duellists } from './upload/duel.ts';
import { makeFileTree, makeLargeFile } from './upload/file-tree.ts';
import { createRclone } from './upload/rclone.ts';

const SMALL = { files: 5_000, fileBytes: 40_960 };
const SMALL_ROUNDS = 5;
const LARGE = { files: 1, fileBytes: 512 * 2 ** 20 };
const LARGE_ROUNDS = 3;
const UNCHANGED = { files: 100_000, fileBytes: 16 };
const UNCHANGED_LOOKS = 3;
const HOUR_SECONDS = 3_600;

const BUCKETS = { agent: 'k4e', rclone: 'rclone' };
/** The first two are looked at when something was moved there, and not in between. */
const WORKLOADS = [
  { name: 'small', intervalSeconds: HOUR_SECONDS },
  { name: 'large', intervalSeconds: HOUR_SECONDS },
  { name: 'unchanged', intervalSeconds: 5 },
];

const SMALL_JOB: DuelJob = {
  workload: 'small',
  flags: 'small',
  tree: SMALL,
  make: (directory) => makeFileTree(directory, SMALL),
};
const SMALL_UNCHECKED_JOB: DuelJob = { ...SMALL_JOB, flags: 'smallUnchecked' };
const LARGE_JOB: DuelJob = {
  workload: 'large',
  flags: 'large',
  tree: LARGE,
  make: (directory) => makeLargeFile(directory, LARGE.fileBytes),
};

const note = (line: string): void => void process.stderr.write(`${line}\n`);

/** Medians of the rounds after the warm-up; the ratio is the median of the rounds' own, so that a busy minute hits both. */
async function rounds(duellists: Duellists, job: DuelJob, count: number) {
  const times: DuelTimes[] = [];
  for (let round = 0; round <= count; round++) times.push(await duel(duellists, job, round));
  const counted = times.slice(1);
  return {
    agentMs: median(counted.map(({ agentMs }) => agentMs)),
    rcloneMs: median(counted.map(({ rcloneMs }) => rcloneMs)),
    ratio: median(counted.map(({ agentMs, rcloneMs }) => rcloneMs / agentMs)),
  };
}

async function measureUnchanged({ agent, rclone, minio, directory }: Duellists) {
  const [made, exported] = [join(directory, 'unchanged'), join(agent.exportOf('unchanged'), 'tree')];
  note(`unchanged: making ${String(UNCHANGED.files)} files and uploading them once, some minutes`);
  await makeFileTree(made, UNCHANGED);
  const done = agent.uploaded('unchanged', UNCHANGED.files);
  await rename(made, exported);
  await done;
  await checkObjects(minio, BUCKETS.agent, 'unchanged/', UNCHANGED);
  await agent.looked('unchanged', UNCHANGED.files, 1);
  const before = await minio.requestCount();
  const looks = await agent.looked('unchanged', UNCHANGED.files, UNCHANGED_LOOKS);
  const between = await minio.requestCount();
  const rcloneMs = await rclone.copy('unchanged', exported, `${BUCKETS.agent}/unchanged/tree`);
  const after = await minio.requestCount();
  return {
    requests: Math.ceil((between - before) / looks.length),
    lookMs: median(looks),
    rcloneRequests: after - between,
    rcloneMs,
  };
}

type Rounds = Awaited<ReturnType<typeof rounds>>;

function figuresOf(
  {
    small,
    unchecked,
    large,
    unchanged,
  }: Record<'small' | 'unchecked' | 'large', Rounds> & {
    readonly unchanged: Awaited<ReturnType<typeof measureUnchanged>>;
  },
  peakRssMiB: number,
) {
  const filesPerSecond = (ms: number): number => Math.round((SMALL.files * 1_000) / ms);
  const mibPerSecond = (ms: number): number => Math.round((LARGE.fileBytes * 1_000) / 2 ** 20 / ms);
  return {
    bench: 'upload',
    smallFilesPerSecond: filesPerSecond(small.agentMs),
    smallFilesRatio: Number(small.ratio.toFixed(2)),
    largeMiBPerSecond: mibPerSecond(large.agentMs),
    largeRatio: Number(large.ratio.toFixed(2)),
    unchangedFiles: UNCHANGED.files,
    unchangedRequests: unchanged.requests,
    unchangedMs: Math.round(unchanged.lookMs),
    peakRssMiB: Math.round(peakRssMiB),
    smallFilesUncheckedRatio: Number(unchecked.ratio.toFixed(2)),
    rcloneSmallFilesPerSecond: filesPerSecond(small.rcloneMs),
    rcloneUncheckedFilesPerSecond: filesPerSecond(unchecked.rcloneMs),
    rcloneLargeMiBPerSecond: mibPerSecond(large.rcloneMs),
    rcloneUnchangedRequests: unchanged.rcloneRequests,
    rcloneUnchangedMs: Math.round(unchanged.rcloneMs),
    machine: describeMachine(),
  };
}

function print(figures: ReturnType<typeof figuresOf>): void {
  if (process.argv.includes('--json')) {
    process.stdout.write(`${JSON.stringify(figures)}\n`);
    return;
  }
  const lines = [
    figures.machine,
    `small files: ${String(figures.smallFilesPerSecond)}/s, rclone ${String(figures.rcloneSmallFilesPerSecond)}/s, ratio ${String(figures.smallFilesRatio)}; without its checks ${String(figures.rcloneUncheckedFilesPerSecond)}/s, ratio ${String(figures.smallFilesUncheckedRatio)}`,
    `large file: ${String(figures.largeMiBPerSecond)} MiB/s, rclone ${String(figures.rcloneLargeMiBPerSecond)} MiB/s, ratio ${String(figures.largeRatio)}`,
    `${String(figures.unchangedFiles)} unchanged files: ${String(figures.unchangedRequests)} requests, ${String(figures.unchangedMs)} ms; rclone ${String(figures.rcloneUnchangedRequests)} requests, ${String(figures.rcloneUnchangedMs)} ms`,
    `agent: ${String(figures.peakRssMiB)} MiB resident at most`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

const directory = await mkdtemp(join(tmpdir(), 'k4e-bench-'));
const minio = await startMinioProgram();
for (const bucket of Object.values(BUCKETS)) await minio.makeBucket(bucket);
const agent = await startBenchAgent(join(directory, 'agent'), minio, BUCKETS.agent, WORKLOADS);
try {
  const rclone = await createRclone(minio, directory);
  const duellists = { agent, rclone, minio, buckets: BUCKETS, directory, note };
  const small = await rounds(duellists, SMALL_JOB, SMALL_ROUNDS);
  const unchecked = await rounds(duellists, SMALL_UNCHECKED_JOB, SMALL_ROUNDS);
  const large = await rounds(duellists, LARGE_JOB, LARGE_ROUNDS);
  const unchanged = await measureUnchanged(duellists);
  print(figuresOf({ small, unchecked, large, unchanged }, (await memoryOf(agent.pid)).peakRssMiB));
} finally {
  await agent.stop();
  await minio.stop();
  await rm(directory, { recursive: true, force: true });
}
