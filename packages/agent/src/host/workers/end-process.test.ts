import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { signalGroup } from './end-process.ts';

/** Says that it is there, then each signal that it gets, and ends a while after the first. */
const COUNTER = `process.on('SIGTERM', () => { console.log('TERM'); setTimeout(() => process.exit(), 200); });
setInterval(() => undefined, 1_000);
console.log('ready');`;

async function signalsOf({ detached }: { readonly detached: boolean }): Promise<string> {
  const child = spawn(process.execPath, ['--eval', COUNTER], { detached, stdio: ['ignore', 'pipe', 'inherit'] });
  const { pid, stdout } = child;
  if (pid === undefined) throw new Error('the program did not start');
  let said = '';
  stdout.setEncoding('utf8').on('data', (text: string) => void (said += text));
  await once(stdout, 'data');
  const ended = once(child, 'close');
  signalGroup(pid, 'SIGTERM');
  await ended;
  return said;
}

test.each([
  ['leads a group', true],
  ['is one of our own group', false],
])('a program that %s gets a signal once', async (_what, detached) => {
  const said = await Promise.all(Array.from({ length: 4 }, () => signalsOf({ detached })));
  expect(said).toEqual(said.map(() => 'ready\nTERM\n'));
});

test('who is gone is not signalled', async () => {
  const child = spawn(process.execPath, ['--version'], { detached: true, stdio: 'ignore' });
  const { pid } = child;
  if (pid === undefined) throw new Error('the program did not start');
  await once(child, 'close');
  expect(() => signalGroup(pid, 'SIGTERM')).not.toThrow();
});
