import { expect, test } from 'vitest';
import { SETTINGS } from '../config/index.ts';
import { EXIT_OK, EXIT_USAGE, parseCommandLine } from './parse-command-line.ts';

const parse = (...words: string[]) => parseCommandLine(words, '1.2.3');

test('flags are read by their names, switches are true', () => {
  expect(parse('--http-port', '9000', '--leader-elect', '--config', 'operator.yaml', '--data-file=k4e.db')).toEqual({
    run: { configFile: 'operator.yaml', flags: { 'http-port': '9000', 'leader-elect': true, 'data-file': 'k4e.db' } },
  });
  expect(parse()).toEqual({ run: { flags: {} } });
});

test('--check-config asks for the configuration instead of a run', () => {
  expect(parse('--check-config')).toEqual({ run: { flags: {}, check: 'yaml' } });
  expect(parse('--check-config', '--json')).toEqual({ run: { flags: {}, check: 'json' } });
});

test('--help names every flag and variable, and the exit statuses', () => {
  const line = parse('--help');
  if (!('end' in line)) throw new Error('did not end');
  expect(line.end.exitCode).toBe(EXIT_OK);
  for (const { flag, env } of SETTINGS) {
    expect(line.end.output).toContain(`--${flag}`);
    if (env !== undefined) expect(line.end.output).toContain(env);
  }
  expect(line.end.output).toContain('Exit status');
});

test('--version says it', () => {
  expect(parse('--version')).toEqual({ end: { exitCode: EXIT_OK, output: '1.2.3\n' } });
});

test.each([
  [['--htp-port', '1'], '--htp-port'],
  [['--http-port'], 'argument missing'],
  [['start'], 'too many arguments'],
])('%j is refused with the word that is wrong', (words, text) => {
  const line = parse(...words);
  if (!('end' in line)) throw new Error('was not refused');
  expect(line.end.exitCode).toBe(EXIT_USAGE);
  expect(line.end.output).toContain(text);
  expect(line.end.output).toContain('--help');
});
