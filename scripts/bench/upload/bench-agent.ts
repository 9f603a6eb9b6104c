import { fork } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Message } from '@k4e/core/protocol';
import { createMessage } from '@k4e/core/protocol';
import { startFakeEdgeApi } from '@k4e/core/testing';
import { waitUntil } from '@k4e/testbed';
import type { MinioProgram } from '@k4e/testbed';
import { agentMessageSchema } from './agent-message.ts';
import { unitEnvironment } from '../unit-environment.ts';
import type { AgentMessage } from './agent-message.ts';
import { DEVICE } from './device-name.ts';

/** A workload of the benchmark, and the seconds between two looks at its files when nothing is heard of a change. */
export interface BenchWorkload {
  readonly name: string;
  readonly intervalSeconds: number;
}

/** The agent that is measured. */
export interface BenchAgent {
  readonly pid: number;
  /** Where a workload leaves its files. They come to the bucket below its name. */
  exportOf(workload: string): string;
  /** Resolves when that many files more of a workload are uploaded, to when that was, in milliseconds since 1970. */
  uploaded(workload: string, files: number): Promise<number>;
  /** Resolves when there were that many looks more at that many files of a workload, to how long each took. */
  looked(workload: string, files: number, looks: number): Promise<readonly number[]>;
  stop(): Promise<void>;
}

const NODE_OPTIONS = ['--disable-warning=ExperimentalWarning'];
const DEADLINE_MS = 1_200_000;
const WAIT_INTERVAL_MS = 50;

/** Starts an agent whose configuration has these workloads, and the bucket for their files. */
export async function startBenchAgent(
  directory: string,
  minio: MinioProgram,
  bucket: string,
  workloads: readonly BenchWorkload[],
): Promise<BenchAgent> {
  const api = await startFakeEdgeApi();
  api.setConfiguration(configurationOf(minio, bucket, workloads));
  const exportOf = (workload: string): string => join(directory, 'volumes', workload);
  for (const { name } of workloads) await mkdir(exportOf(name), { recursive: true });
  const program = join(import.meta.dirname, 'agent-program.ts');
  const env = { ...process.env, ...(await unitEnvironment()) };
  const child = fork(program, [api.url, directory], {
    env,
    execArgv: NODE_OPTIONS,
    stdio: ['ignore', 2, 'inherit', 'ipc'],
  });
  const messages: AgentMessage[] = [];
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.on('message', (message) => {
    const read = agentMessageSchema.parse(message);
    if (read.kind === 'trouble') process.stderr.write(`the agent says: ${read.text}\n`);
    else messages.push(read);
  });
  return {
    pid: child.pid ?? 0,
    exportOf,
    ...waits(messages, () => child.exitCode !== null || child.signalCode !== null),
    async stop() {
      if (child.connected) child.disconnect();
      await ended;
      await api.stop();
    },
  };
}

function waits(messages: readonly AgentMessage[], hasEnded: () => boolean): Pick<BenchAgent, 'uploaded' | 'looked'> {
  let [uploadsRead, looksRead] = [0, 0];
  const untilTrue = async (what: string, isTrue: () => boolean): Promise<void> => {
    const look = (): boolean => {
      if (hasEnded()) throw new Error('the agent has ended');
      return isTrue();
    };
    await waitUntil(look, { what, deadlineMs: DEADLINE_MS, intervalMs: WAIT_INTERVAL_MS });
  };
  return {
    async uploaded(workload, files) {
      const found = () =>
        messages.slice(uploadsRead).filter((told) => told.kind === 'uploaded' && told.workload === workload);
      const count = (): number => found().reduce((sum, told) => sum + (told.kind === 'uploaded' ? told.files : 0), 0);
      await untilTrue(`${String(files)} files of ${workload} are uploaded`, () => count() >= files);
      const last = found().at(-1);
      uploadsRead = messages.length;
      return last?.kind === 'uploaded' ? last.atMs : NaN;
    },
    async looked(workload, files, looks) {
      looksRead = messages.length;
      const found = (): readonly number[] =>
        messages
          .slice(looksRead)
          .flatMap((told) =>
            told.kind === 'looked' && told.workload === workload && told.files === files ? [told.durationMs] : [],
          );
      await untilTrue(`${String(looks)} looks at ${workload}`, () => found().length >= looks);
      return found();
    },
  };
}

function configurationOf(minio: MinioProgram, bucket: string, workloads: readonly BenchWorkload[]): Message {
  const { hostname, port } = new URL(minio.endpoint);
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  const s3 = {
    bucket_scheme: 'http',
    bucket_host: hostname,
    bucket_port: Number(port),
    bucket_name: bucket,
    bucket_region: minio.region,
    aws_access_key_id: base64(minio.root.accessKeyId),
    aws_secret_access_key: base64(minio.root.secretAccessKey),
  };
  const content = {
    device_id: DEVICE,
    version: '1',
    configuration: { storage: { s3 } },
    workloads: workloads.map(({ name, intervalSeconds }) => ({
      name,
      specification: 'containers:\n  - name: main\n    image: localhost/bench:1\n',
      data: { paths: [{ source: '.', target: name }], interval_seconds: intervalSeconds },
    })),
  };
  return createMessage({ type: 'data', content }, { nowMs: Date.now(), id: 'bench' });
}
