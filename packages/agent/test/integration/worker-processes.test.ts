import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSystemClock } from '@k4e/core/system';
import { createMemoryLogger } from '@k4e/core/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createWorkerProcesses, workerEnvironment } from '../../src/host/workers/index.ts';
import type { WorkerProcesses, WorkerProcessesOptions } from '../../src/host/workers/index.ts';
import { endOrphans } from '../../src/host/workers/end-orphans.ts';
import { MAX_OUTPUT_LINE, OUTPUT_RATE } from '../../src/host/workers/follow-output.ts';
import { identifyProcess } from '../../src/host/processes/index.ts';

const timeout = 30_000;
const GRACE_MS = 1_000;
const surroundings = { socketAddress: 'unix:@none', configDir: '/etc/yggdrasil', logLevel: 'info', clientId: 'edge-1' };

let root: string;
let stop: AbortController;
let runs: Promise<void>[];
let others: ChildProcess[];
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'k4e-processes-'));
  await mkdir(join(root, 'bin'));
  stop = new AbortController();
  runs = [];
  others = [];
});
afterEach(async () => {
  stop.abort();
  await Promise.all(runs);
  for (const child of others) child.kill('SIGKILL');
  await endLeftOvers();
  await rm(root, { recursive: true });
});

/** A worker that notes its starts; `body` runs then, with `say` to note more. It lives until it is ended. */
async function plant(name: string, body = '', mode = 0o755): Promise<void> {
  const log = JSON.stringify(join(root, `${name}.log`));
  const script = `#!${process.execPath}
const say = (...values) => require('node:fs').appendFileSync(${log}, JSON.stringify(values) + '\\n');
setInterval(() => undefined, 1_000_000);
process.on('SIGTERM', () => { say('term'); process.exit(0); });
${body}
say('start', process.pid);
`;
  await writeFile(join(root, `${name}.new`), script, { mode });
  await rename(join(root, `${name}.new`), join(root, 'bin', name));
}

/** What a worker has noted. */
async function said(name: string): Promise<unknown[][]> {
  const text = await readFile(join(root, `${name}.log`), 'utf8').catch(() => '');
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as unknown[]);
}
const startsOf = async (name: string): Promise<number[]> =>
  (await said(name)).flatMap(([what, pid]) => (what === 'start' && typeof pid === 'number' ? [pid] : []));
const isAlive = async (pid: number): Promise<boolean> => (await identifyProcess(pid)) !== undefined;

/** The only pid that a worker was started with; waits until there is one. */
async function pidOf(name: string): Promise<number> {
  await expect.poll(() => startsOf(name), { timeout }).toHaveLength(1);
  const [pid = 0] = await startsOf(name);
  await expect.poll(() => readdir(join(root, 'run', 'workers')), { timeout }).toContain(`${name}.pid`);
  return pid;
}

/** What a test that failed has left, too. */
function endLeftOvers(): Promise<void> {
  const parts = { clock: createSystemClock(), logger: createMemoryLogger(), graceMs: GRACE_MS };
  return endOrphans({ ...parts, pidDirectory: join(root, 'run', 'workers') });
}

function bench(change: Partial<WorkerProcessesOptions> = {}) {
  const logger = createMemoryLogger();
  const released: number[] = [];
  const processes: WorkerProcesses = createWorkerProcesses({
    ...{ directory: join(root, 'bin'), runDirectory: join(root, 'run'), environment: workerEnvironment(surroundings) },
    ...{ clock: createSystemClock(), logger, random: () => 0, graceMs: GRACE_MS },
    ...{ hub: { release: (pid: number) => void released.push(pid) } },
    ...{ backoff: { firstMs: 20, maxMs: 100, factor: 2, jitter: 0 } },
    ...change,
  });
  const run = (): void => void runs.push(processes.run({ signal: stop.signal }));
  return { logger, released, run };
}

test('a worker has the documented environment and nothing else, and its output is logged', async () => {
  await plant(
    'a-worker',
    "say('env', process.env, process.cwd(), process.argv.length); console.log('out'); console.error('err');",
  );
  const { run, logger } = bench();
  run();
  await pidOf('a-worker');
  const [[, env, cwd, count] = []] = await said('a-worker');
  expect([env, cwd, count]).toEqual([workerEnvironment(surroundings), '/', 2]);
  await expect
    .poll(() => logger.lines, { timeout })
    .toContainEqual({ level: 'debug', message: 'out', fields: { worker: 'a-worker' } });
  await expect
    .poll(() => logger.lines, { timeout })
    .toContainEqual({ level: 'error', message: 'err', fields: { worker: 'a-worker' } });
});

test('a worker that dies is released and started again', async () => {
  await plant('a-worker');
  const { run, released } = bench();
  run();
  const first = await pidOf('a-worker');
  process.kill(first, 'SIGKILL');
  await expect.poll(() => startsOf('a-worker'), { timeout }).toHaveLength(2);
  expect(released).toEqual([first]);
  const [, second = 0] = await startsOf('a-worker');
  await expect
    .poll(() => readFile(join(root, 'run/workers/a-worker.pid'), 'utf8').catch(() => ''), { timeout })
    .toMatch(`${second}\n`);
});

test('a worker that ends at once is started again and again, never given up, and others are not in its way', async () => {
  await plant('a-worker', "say('start', process.pid); process.exit(3);");
  await plant('b-worker');
  await writeFile(join(root, 'bin', 'c-worker'), '#!/nowhere\n', { mode: 0o755 });
  const { run, logger } = bench();
  run();
  await expect.poll(() => startsOf('a-worker'), { timeout }).toHaveLength(8);
  expect(await startsOf('b-worker')).toHaveLength(1);
  const delays = logger.lines
    .flatMap(({ fields }) => (fields.worker === 'a-worker' ? [fields.retryInMs] : []))
    .filter((ms) => ms !== undefined);
  expect(delays.slice(0, 5)).toEqual([20, 40, 80, 100, 100]);
  expect(logger.lines.some(({ fields }) => fields.worker === 'c-worker' && fields.error !== undefined)).toBe(true);
});

test('workers come and go with their files, and a new file is a new worker', async () => {
  const { run, released } = bench();
  run();
  await plant('a-worker');
  const first = await pidOf('a-worker');
  await plant('a-worker', "say('new');");
  await expect
    .poll(() => said('a-worker'), { timeout })
    .toEqual([['start', first], ['term'], ['new'], ['start', expect.any(Number)]]);
  await rm(join(root, 'bin', 'a-worker'));
  await expect.poll(() => released, { timeout }).toHaveLength(2);
  expect(await readdir(join(root, 'run', 'workers'))).toEqual([]);
  await plant('b-worker');
  await pidOf('b-worker');
});

test('a directory that comes later is found', async () => {
  await rm(join(root, 'bin'), { recursive: true });
  const { run } = bench();
  run();
  await mkdir(join(root, 'bin'));
  await plant('a-worker');
  await pidOf('a-worker');
});

test('at the end all workers are ended, with what they have started; one that does not want to is killed', async () => {
  const child = "say('child', require('node:child_process').spawn('/bin/sleep', ['1000']).pid);";
  await plant('a-worker', `${child} process.removeAllListeners('SIGTERM'); process.on('SIGTERM', () => say('no'));`);
  await plant('b-worker');
  const { run, logger } = bench();
  run();
  const pids = [await pidOf('a-worker'), await pidOf('b-worker')];
  const grandchild = Number((await said('a-worker'))[0]?.[1]);
  stop.abort();
  await Promise.all(runs);
  for (const pid of pids) expect(await isAlive(pid)).toBe(false);
  await expect.poll(() => isAlive(grandchild), { timeout }).toBe(false);
  expect([(await said('a-worker')).at(-1), (await said('b-worker')).at(-1)]).toEqual([['no'], ['term']]);
  expect(logger.lines.filter(({ message }) => message.includes('killed'))).toHaveLength(1);
  expect(await readdir(join(root, 'run', 'workers'))).toEqual([]);
});

test('what a gateway that was killed has left is ended by the next one', async () => {
  const node = ['--conditions=@k4e/source', '--disable-warning=ExperimentalWarning'];
  const program = join(import.meta.dirname, 'workers-process.ts');
  await plant('a-worker', "process.removeAllListeners('SIGTERM'); process.on('SIGTERM', () => say('no'));");
  await plant('b-worker');
  const gateway = spawn(process.execPath, [...node, program, join(root, 'bin'), join(root, 'run')]);
  others.push(gateway);
  const pids = [await pidOf('a-worker'), await pidOf('b-worker')];
  gateway.kill('SIGKILL');
  await once(gateway, 'exit');
  for (const pid of pids) expect(await isAlive(pid)).toBe(true);
  await rm(join(root, 'bin'), { recursive: true });
  bench().run();
  await expect.poll(() => readdir(join(root, 'run', 'workers')), { timeout }).toEqual([]);
  for (const pid of pids) expect(await isAlive(pid)).toBe(false);
  expect((await said('b-worker')).at(-1)).toEqual(['term']);
});

test('stale pid files are no obstacle, and harm nobody', async () => {
  const innocent = spawn('/bin/sleep', ['1000'], { detached: true });
  others.push(innocent);
  const pid = innocent.pid ?? 0;
  await expect.poll(() => isAlive(pid), { timeout }).toBe(true);
  const { startTime, bootId } = (await identifyProcess(pid))!;
  const files = {
    'other-start': `${pid}\n${Number(startTime) - 1} ${bootId}\n`,
    'other-boot': `${pid}\n${startTime} 00000000-0000-0000-0000-000000000000\n`,
    'pid-alone': `${pid}\n`,
    gone: `4194000\n1 ${bootId}\n`,
    garbage: 'garbage',
    'a-worker': `${pid}\n1 ${bootId}\n`,
  };
  await mkdir(join(root, 'run', 'workers'), { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(root, 'run', 'workers', `${name}.pid`), text);
  await plant('a-worker');
  bench().run();
  const worker = await pidOf('a-worker');
  await expect.poll(() => readdir(join(root, 'run', 'workers')), { timeout }).toEqual(['a-worker.pid']);
  await expect.poll(() => readFile(join(root, 'run/workers/a-worker.pid'), 'utf8'), { timeout }).toMatch(`${worker}\n`);
  expect(innocent.exitCode ?? innocent.signalCode).toBeNull();
});

test('a worker that floods its output is logged a little, and holds up no other', async () => {
  const flood =
    "const line = 'x'.repeat(100_000) + '\\n'; const pour = () => { while (process.stdout.write(line)); process.stdout.once('drain', pour); }; pour();";
  await plant('a-worker', flood);
  const { run, logger } = bench();
  run();
  await pidOf('a-worker');
  await plant('b-worker', "console.log('here');");
  await expect.poll(() => logger.lines.some(({ message }) => message === 'here'), { timeout }).toBe(true);
  const flooded = logger.lines.filter(({ fields, level }) => fields.worker === 'a-worker' && level === 'debug');
  expect(flooded.length).toBeGreaterThan(0);
  expect(flooded.length).toBeLessThan(OUTPUT_RATE.burst + 30 * OUTPUT_RATE.perSecond);
  expect(flooded.every(({ message }) => message.length <= MAX_OUTPUT_LINE)).toBe(true);
});
