import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { operatorConfigSchema } from '../config/index.ts';
import { EXIT_OK, EXIT_USAGE } from './parse-command-line.ts';
import { runCommand } from './run-command.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'k4e-operator-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function run(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const code = await runCommand({
    words,
    env: {},
    version: '1.2.3',
    signal: AbortSignal.abort(),
    writeOut: (text) => (out += text),
    writeError: (text) => (err += text),
  });
  return { code, out, err };
}

test('--check-config prints what holds, complete, in a form that --config takes again', async () => {
  const { code, out } = await run('--check-config', '--http-port', '9000');
  expect(code).toBe(EXIT_OK);
  expect(out).toContain('address: :9000');
  const file = join(directory, 'operator.yaml');
  await writeFile(file, out);
  expect((await run('--check-config', '--config', file)).out).toBe(out);
});

test('--check-config --json prints one line of JSON', async () => {
  const { out } = await run('--check-config', '--json', '--store', 'embedded', '--data-file', '/var/lib/k4e.db');
  expect(out.trimEnd()).not.toContain('\n');
  const expected = { store: { type: 'embedded', file: '/var/lib/k4e.db' } };
  expect(JSON.parse(out)).toEqual(operatorConfigSchema.parse(expected));
});

test('--check-config says what is wrong with a file, and nothing else', async () => {
  const file = join(directory, 'operator.yaml');
  await writeFile(file, 'workerz: 3\n');
  const { code, out, err } = await run('--check-config', '--config', file);
  expect({ code, out }).toEqual({ code: EXIT_USAGE, out: '' });
  expect(err).toContain('workerz');
});
