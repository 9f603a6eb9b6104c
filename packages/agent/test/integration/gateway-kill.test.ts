import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { startFakeEdgeApi } from '@k4e/core/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';

const DEADLINE_MS = 30_000;
/** Nobody listens there. */
const NOWHERE = 'http://127.0.0.1:9';
/** As many lives, and answers in each before it is taken: together less than the outbox holds. */
const LIVES = 8;
const ANSWERS = [1, 2, 4, 8, 16, 24, 32, 40];

let directory: string;
let running: ChildProcess | undefined;
beforeEach(async () => void (directory = await mkdtemp(join(tmpdir(), 'k4e-gateway-'))));
afterEach(async () => {
  running?.kill('SIGKILL');
  await rm(directory, { recursive: true });
});

function start(url: string, first: string): ChildProcess {
  const node = ['--conditions=@k4e/source', '--disable-warning=ExperimentalWarning'];
  const args = [...node, join(import.meta.dirname, 'gateway-process.ts'), join(directory, 'state'), url, first];
  running = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  return running;
}

/** Lets a gateway that cannot reach its control plane live for a number of answers; gives all that it has accepted. */
async function live(
  first: number,
  answers: number,
): Promise<{ readonly accepted: Map<number, string>; readonly next: number }> {
  const child = start(NOWHERE, String(first));
  const accepted = new Map<number, string>();
  let next = first;
  for await (const line of createInterface({ input: child.stdout! })) {
    const [directive = '', number = '', status] = line.split(' ');
    expect(status).toBe('202');
    accepted.set(Number(number), directive);
    next = Number(number) + 1;
    if (accepted.size === answers) child.kill('SIGKILL');
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return { accepted, next: next + 1 };
}

test(`killed ${LIVES} times while the control plane is away: what was accepted comes, in order`, async () => {
  const accepted = new Map<number, string>();
  let first = 0;
  for (const answers of ANSWERS) {
    const life = await live(first, answers);
    life.accepted.forEach((directive, number) => accepted.set(number, directive));
    first = life.next;
  }
  const api = await startFakeEdgeApi();
  try {
    const child = start(api.url, 'none');
    const outbox = join(directory, 'state', 'outbox');
    await expect
      .poll(
        () =>
          access(outbox).then(
            () => 'kept',
            () => 'empty',
          ),
        { timeout: DEADLINE_MS },
      )
      .toBe('empty');
    child.kill('SIGKILL');
    await once(child, 'exit');
    const taken = api.taken().filter(({ type }) => type === 'data');
    const numbers = taken.map(({ content }) => (content as { number: number }).number);
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    const lost = [...accepted].filter(([number, directive]) => directive !== 'heartbeat' && !numbers.includes(number));
    expect(lost).toEqual([]);
    const heartbeats = taken.filter(({ directive }) => directive === 'heartbeat');
    const newest = Math.max(
      ...[...accepted].flatMap(([number, directive]) => (directive === 'heartbeat' ? [number] : [])),
    );
    expect(heartbeats).toHaveLength(1);
    expect((heartbeats[0]?.content as { number: number }).number).toBeGreaterThanOrEqual(newest);
  } finally {
    await api.stop();
  }
});
