import { spawn } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { waitUntil } from '@k4e/testbed';
import axios from 'axios';
import type { EngineHost } from './engine-host.ts';

/** A second service over the same storage, which can be killed and started again without its containers. */
export interface RestartableService {
  readonly socketPath: string;
  kill(): Promise<void>;
  start(): Promise<void>;
}

const DEADLINE_MS = 20_000;

/** Starts a service of its own beside the host's, with `env` besides the host's variables. */
export async function startRestartableService(
  host: EngineHost,
  env: Readonly<Record<string, string>> = {},
): Promise<RestartableService> {
  const directory = await host.sharedDirectory('restartable');
  const socketPath = join(directory.here, 'podman.sock');
  const arguments_ = ['podman', 'system', 'service', '--time=0', `unix://${join(directory.there, 'podman.sock')}`];
  let pid = 0;
  const start = async (): Promise<void> => {
    await rm(socketPath, { force: true });
    const [file = '', ...before] = [...host.enter, ...arguments_];
    const child = spawn(file, before, { stdio: 'ignore', env: { ...process.env, ...host.env, ...env } });
    child.unref();
    await waitUntil(() => answers(socketPath), { what: 'the second service answers', deadlineMs: DEADLINE_MS });
    pid = await podmanBelow(child.pid ?? 0);
  };
  await start();
  return {
    socketPath,
    start,
    async kill() {
      process.kill(pid, 'SIGKILL');
      await waitUntil(async () => !(await answers(socketPath)), {
        what: 'the service is dead',
        deadlineMs: DEADLINE_MS,
      });
    },
  };
}

async function answers(socketPath: string): Promise<boolean> {
  return axios.get('http://podman/_ping', { socketPath, proxy: false }).then(
    () => true,
    () => false,
  );
}

/** Programs that enter namespaces stay, and wait for the one they started. */
async function podmanBelow(pid: number): Promise<number> {
  const [program = ''] = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0');
  if (basename(program) === 'podman') return pid;
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  const [child] = children.trim().split(' ').filter(Boolean);
  if (child === undefined) throw new Error(`there is no podman below process ${pid}`);
  return podmanBelow(Number(child));
}
