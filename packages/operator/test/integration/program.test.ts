import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { exchange, rawRequest } from '../support/raw-http.ts';

const PROGRAM = join(import.meta.dirname, '..', '..', 'src', 'bin', 'k4e-operator.ts');
const FREE_PORTS = ['--edge-address', '127.0.0.1:0', '--metrics-addr', '127.0.0.1:0'];

let directory: string;
let started: Program[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'k4e-operator-'));
});
afterEach(async () => {
  for (const program of started) program.kill('SIGKILL');
  started = [];
  await rm(directory, { recursive: true });
});

interface Program {
  readonly lines: string[];
  readonly ended: Promise<{ readonly status: number | null; readonly out: string; readonly error: string }>;
  readonly kill: (signal: NodeJS.Signals) => void;
  /** The first line of the log that has this text in it. */
  readonly line: (text: string) => Promise<string>;
}

function start(words: readonly string[], env: NodeJS.ProcessEnv = {}): Program {
  const child = spawn(process.execPath, ['--conditions=@k4e/source', PROGRAM, ...words], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const out: Buffer[] = [];
  const lines: string[] = [];
  const waiting: { readonly text: string; readonly resolve: (line: string) => void }[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  createInterface({ input: child.stderr }).on('line', (line) => {
    lines.push(line);
    for (const { text, resolve } of waiting) if (line.includes(text)) resolve(line);
  });
  const ended = new Promise<Awaited<Program['ended']>>((resolve) => {
    child.once('close', (status) => {
      resolve({ status, out: Buffer.concat(out).toString(), error: lines.join('\n') });
    });
  });
  const line = (text: string): Promise<string> => {
    const known = lines.find((said) => said.includes(text));
    const coming = new Promise<string>((resolve) => waiting.push({ text, resolve }));
    const gone = ended.then(({ error }) => Promise.reject(new Error(`it ended: ${error}`)));
    return known === undefined ? Promise.race([coming, gone]) : Promise.resolve(known);
  };
  const program = { lines, ended, line, kill: (signal: NodeJS.Signals) => child.kill(signal) };
  started.push(program);
  return program;
}

test('runs on a file, serves, and ends with 0 when it is told to', async () => {
  const program = start(['--data-file', join(directory, 'k4e.db'), ...FREE_PORTS]);
  const listens: unknown = JSON.parse(await program.line('the operator listens'));
  expect(listens).toMatchObject({ level: 'info', store: 'embedded' });
  const edgeUrl = /"edgeUrl":"([^"]+)"/.exec(JSON.stringify(listens))?.[1] ?? '';
  const poll = await exchange(edgeUrl, rawRequest('GET', '/api/k4e-management/v1/control/dev-1/in'));
  expect([404, 503]).toContain(poll.status);
  program.kill('SIGTERM');
  expect(await program.ended).toMatchObject({ status: 0, out: '' });
});

test('a configuration file and the environment are read', async () => {
  const config = join(directory, 'operator.yaml');
  const file = join(directory, 'k4e.db');
  await writeFile(config, `store: {type: embedded, file: ${JSON.stringify(file)}}\nlog: {level: debug}\n`);
  const program = start(['--config', config, ...FREE_PORTS], { POD_NAME: 'replica-7' });
  expect(await program.line('the operator listens')).toContain('"replica":"replica-7"');
  program.kill('SIGINT');
  expect(await program.ended).toMatchObject({ status: 0 });
  expect(program.lines.join('\n')).toContain('close the store');
});

test('--help goes to standard output and ends with 0', async () => {
  const { status, out, error } = await start(['--help']).ended;
  expect({ status, error }).toEqual({ status: 0, error: '' });
  expect(out).toContain('--data-file');
});

test.each([
  ['an unknown flag', ['--nonsense'], {}, '--nonsense'],
  ['a file that is not there', ['--config', '/nowhere/operator.yaml'], {}, '/nowhere/operator.yaml'],
  ['a variable that is wrong', ['--data-file', ':memory:'], { HTTP_PORT: 'http' }, 'HTTP_PORT'],
  ['no cluster', [], {}, 'this is no pod of a cluster'],
  ['a kubeconfig that is not there', ['--kubeconfig', '/nowhere/kubeconfig'], {}, '/nowhere/kubeconfig'],
  ['an address that is not ours', ['--data-file', ':memory:', '--edge-address', '192.0.2.1:1'], {}, '192.0.2.1:1'],
])('%s ends it with 2, and it says why', async (_name, words, env, text) => {
  const { status, out, error } = await start(
    [...words, ...(words.length === 2 ? ['--metrics-addr', '127.0.0.1:0'] : [])],
    env,
  ).ended;
  expect({ status, out }).toEqual({ status: 2, out: '' });
  expect(error).toContain(text);
  expect(error).not.toMatch(/ at .*\.ts:\d+/);
});

test('an unknown key in the file is refused by its name', async () => {
  const config = join(directory, 'operator.yaml');
  await writeFile(config, 'gracePeriod: 3\n');
  const { status, error } = await start(['--config', config]).ended;
  expect(status).toBe(2);
  expect(error).toBe('k4e-operator: configuration: gracePeriod: this key is not known');
});
