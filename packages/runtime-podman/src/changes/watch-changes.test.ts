import { createFakeClock, createMemoryLogger } from '@k4e/core/testing';
import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { startScriptedLibpod } from '../libpod/scripted-libpod.testing.ts';
import type { ScriptedLibpod } from '../libpod/scripted-libpod.testing.ts';
import type { PodmanLimits } from '../podman-limits.ts';
import { createPodmanRuntime } from '../podman-runtime.ts';

const EVENTS = 'GET events';

function create({ socketPath }: { readonly socketPath: string }, limits: Partial<PodmanLimits> = {}) {
  const clock = createFakeClock();
  const logger = createMemoryLogger();
  let setBackByMs = 0;
  const wallClock = { ...clock, nowMs: () => clock.nowMs() - setBackByMs };
  const runtime = createPodmanRuntime({ socketPath, owner: 'me', clock: wallClock, logger, limits, random: () => 0 });
  const controller = new AbortController();
  const changes = runtime.changes(controller)[Symbol.asyncIterator]();
  return {
    clock,
    logger,
    runtime,
    changes,
    next: async (): Promise<unknown> => (await changes.next()).value,
    setBack: (byMs: number): void => void (setBackByMs += byMs),
    end: () => controller.abort(),
  };
}

/** Lets the test write into the stream that the next request for events opens. */
function nextStream(libpod: ScriptedLibpod): Promise<ServerResponse> {
  return new Promise((resolve) => {
    libpod.answer(EVENTS, (response) => {
      response.flushHeaders();
      resolve(response);
    });
  });
}

function died(pod: string, owner = 'me'): string {
  const Attributes = { 'io.k4e.owner': owner, 'io.k4e.pod': pod, name: `${pod}-web` };
  return `${JSON.stringify({ Type: 'container', Action: 'died', Actor: { ID: 'x', Attributes } })}\n`;
}

function removed(pod: string): string {
  return `${JSON.stringify({ Type: 'pod', Action: 'remove', Actor: { ID: 'x', Attributes: { name: pod } } })}\n`;
}

test('one stream is asked for what changes pods, from a moment ago', async () => {
  await using libpod = await startScriptedLibpod();
  void nextStream(libpod);
  const { next, end } = create(libpod);
  expect(await next()).toBeUndefined();
  const { query } = libpod.requests.find(({ route }) => route === EVENTS)!;
  expect(query).toMatchObject({ stream: 'true', since: '2s' });
  const filters = JSON.parse(query.filters ?? '') as Record<string, string[]>;
  expect(filters.type).toEqual(['container', 'pod']);
  expect(filters.event).toContain('died');
  expect(filters.event).not.toContain('exec_died');
  expect(filters.event).not.toContain('health_status');
  end();
});

test('names come from events of ours, however the stream is cut', async () => {
  await using libpod = await startScriptedLibpod();
  const stream = nextStream(libpod);
  const { next, end } = create(libpod);
  expect(await next()).toBeUndefined();
  const line = died('web');
  (await stream).write(died('other', 'them') + line.slice(0, 20));
  (await stream).write(line.slice(20) + died('web') + died('db'));
  const names = [await next()];
  while (!names.includes('db')) names.push(await next());
  expect(new Set(names)).toEqual(new Set(['web', 'db']));
  end();
  expect(await next()).toBeUndefined();
});

test("the end of a pod is told when it was listed before; of a stranger's it is not", async () => {
  await using libpod = await startScriptedLibpod();
  const Labels = { 'io.k4e.owner': 'me' };
  libpod.answer('GET pods/json', { json: [{ Id: 'a'.repeat(64), Name: 'web', Status: 'Created', Labels }] });
  libpod.answer('GET containers/json', { json: [] });
  const stream = nextStream(libpod);
  const { next, end, runtime } = create(libpod);
  await next();
  await runtime.list();
  (await stream).write(removed('stranger') + removed('web'));
  expect(await next()).toBe('web');
  end();
});

test('a stream that began in what is the future, since the clock was set back, is opened again', async () => {
  await using libpod = await startScriptedLibpod();
  void nextStream(libpod);
  const { clock, logger, next, end, setBack } = create(libpod);
  await next();
  setBack(1_000);
  await clock.advance(60_000);
  expect(libpod.routes().filter((route) => route === EVENTS)).toHaveLength(1);
  const stream = nextStream(libpod);
  setBack(120_000);
  await clock.advance(15_000);
  await expect.poll(() => logger.lines.map(({ fields }) => fields.reason)).toContain('the clock was set back');
  await clock.advance(1_000);
  (await stream).write(died('web'));
  expect(await next()).toBeUndefined();
  expect(await next()).toBe('web');
  end();
});

test('a lost stream is opened again after a growing wait, and says that something may have been missed', async () => {
  await using libpod = await startScriptedLibpod();
  const first = nextStream(libpod);
  const { changes, clock, logger, next, end } = create(libpod, {
    reconnect: { firstMs: 100, maxMs: 300, factor: 2, jitter: 0 },
  });
  await next();
  await libpod.die();
  (await first).destroy();
  const waiting = changes.next();
  for (const delayMs of [100, 200, 300, 300]) {
    await expect.poll(() => clock.pending()).toBe(1);
    await clock.advance(delayMs - 1);
    expect(clock.pending()).toBe(1);
    await clock.advance(1);
  }
  await expect.poll(() => clock.pending()).toBe(1);
  const second = nextStream(libpod);
  await libpod.listen();
  await clock.advance(300);
  expect((await waiting).value).toBeUndefined();
  (await second).write(died('web'));
  expect(await next()).toBe('web');
  const levels = logger.lines.map(({ level }) => level);
  expect(levels).toEqual(['warn', 'debug', 'debug', 'debug', 'debug']);
  end();
});

test('a line that is too long costs the stream, not the watch', async () => {
  await using libpod = await startScriptedLibpod();
  const first = nextStream(libpod);
  const { changes, clock, next, end } = create(libpod, { streamLineBytes: 1_000 });
  await next();
  (await first).write('x'.repeat(1_001));
  const waiting = changes.next();
  await expect.poll(() => clock.pending()).toBe(1);
  const second = nextStream(libpod);
  await clock.advance(1_000);
  expect((await waiting).value).toBeUndefined();
  (await second).write(died('web'));
  expect(await next()).toBe('web');
  end();
});

test('an engine that gives no stream is asked again, and the caller told to list each time', async () => {
  await using libpod = await startScriptedLibpod();
  libpod.answer(EVENTS, { status: 500, json: { message: 'no events with this logger' } });
  const { changes, clock, next, end } = create(libpod);
  expect(await next()).toBeUndefined();
  const waiting = changes.next();
  await expect.poll(() => clock.pending()).toBe(1);
  await clock.advance(1_000);
  expect(await waiting).toEqual({ done: false, value: undefined });
  end();
});

test('the end leaves no timer and no connection', async () => {
  await using libpod = await startScriptedLibpod();
  const stream = nextStream(libpod);
  const { changes, clock, next, end } = create(libpod);
  await next();
  const response = await stream;
  const closed = new Promise((resolve) => response.on('close', resolve));
  const waiting = changes.next();
  end();
  expect(await waiting).toEqual({ done: true, value: undefined });
  await closed;
  expect(clock.pending()).toBe(0);
});
