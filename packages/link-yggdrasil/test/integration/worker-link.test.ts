import { randomUUID } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { status } from '@grpc/grpc-js';
import { MAX_WORKER_CONTENT_BYTES } from '@k4e/core/ports';
import type { LinkState, ReceivedMessage } from '@k4e/core/ports';
import { DISCONNECT_COMMAND, createMessage } from '@k4e/core/protocol';
import type { Message } from '@k4e/core/protocol';
import { MAX_SENDS } from '@k4e/core/link';
import { createSystemClock } from '@k4e/core/system';
import { createMemoryLogger } from '@k4e/core/testing';
import { createWorkerLink } from '@k4e/link-yggdrasil';
import type { WorkerLinkOptions } from '@k4e/link-yggdrasil';
import { describe, expect, test } from 'vitest';
import { codeOf, useTestDirectory } from '../dispatcher-rig.ts';
import { EMPTY, rawResponse, startRawDispatcher } from '../raw-yggdrasil/index.ts';
import type { Generation, RawDispatcherOptions } from '../raw-yggdrasil/index.ts';

const GENERATIONS: readonly Generation[] = ['older', 'newer'];
const rig = useTestDirectory();

const heartbeat = (id: string): Message =>
  createMessage({ type: 'data', directive: 'heartbeat', content: { id } }, { nowMs: 0, id });
const offline = createMessage(
  { type: 'connection-status', content: { canonical_facts: {}, dispatchers: {}, state: 'offline', tags: {} } },
  { nowMs: 0, id: 'bye' },
);

async function start(...options: Parameters<typeof open>) {
  const opened = await open(...options);
  return { ...opened, ...takeAll(opened.link) };
}

async function open(
  dispatcherOptions: Partial<RawDispatcherOptions> = {},
  linkOptions: Partial<WorkerLinkOptions> = {},
) {
  const address = `@k4e-link-${randomUUID()}`;
  const dispatcher = await startRawDispatcher({ address, ...dispatcherOptions });
  rig.cleanups.push(() => dispatcher.die());
  const logger = createMemoryLogger();
  const link = createWorkerLink({
    dispatcherAddress: dispatcherOptions.address ?? `unix:${address}`,
    handler: 'device',
    pid: 4711,
    clock: createSystemClock(),
    logger,
    random: Math.random,
    backoff: { firstMs: 10, maxMs: 50, factor: 2, jitter: 0.5 },
    ...linkOptions,
  });
  rig.cleanups.push(() => link.close());
  return { dispatcher, link, logger };
}

function takeAll(link: ReturnType<typeof createWorkerLink>) {
  const stop = new AbortController();
  const taken: ReceivedMessage[] = [];
  const states: LinkState[] = [];
  const run = async (): Promise<void> => {
    const { signal } = stop;
    for await (const received of link.receive({ signal, onState: (state) => states.push(state) })) taken.push(received);
  };
  const done = run();
  const end = async (): Promise<void> => {
    stop.abort();
    await done;
  };
  rig.cleanups.push(end);
  const connected = () => expect.poll(() => states.at(-1)?.state, { timeout: 10_000 }).toBe('connected');
  return { taken, states, end, connected };
}

describe.each(GENERATIONS)('a dispatcher of the %s generation', (generation) => {
  test('gets a registration, and gives messages', async () => {
    const { dispatcher, taken, connected } = await start({ generation }, { features: { a: 'b' } });
    await connected();
    expect(dispatcher.registrations).toEqual([
      { handler: 'device', pid: 4711, detachedContent: false, features: { a: 'b' } },
    ]);
    const metadata = { k: 'ü' };
    await dispatcher.send({
      messageId: 'm',
      responseTo: 'r',
      directive: 'device',
      metadata,
      content: Buffer.from('{"a":[1,null]}'),
    });
    await expect
      .poll(() => taken)
      .toMatchObject([
        {
          channel: 'data',
          message: {
            type: 'data',
            message_id: 'm',
            response_to: 'r',
            version: 1,
            directive: 'device',
            metadata,
            content: { a: [1, null] },
          },
        },
      ]);
  });

  test('gets messages whole', async () => {
    const { dispatcher, link } = await start({ generation });
    const metadata = { a: 'b' };
    await link.send('data', { ...heartbeat('h'), response_to: 'r', metadata });
    expect(dispatcher.received).toEqual([
      { messageId: 'h', responseTo: 'r', directive: 'heartbeat', metadata, content: Buffer.from('{"id":"h"}') },
    ]);
  });

  test('says disconnect, and hears an answer when the device is clean', async () => {
    const { dispatcher, link, taken, end, connected } = await start({ generation });
    await connected();
    let isAnswered = false;
    const told = dispatcher.disconnect().then(() => (isAnswered = true));
    await expect.poll(() => taken).toMatchObject([{ channel: 'control', message: { content: DISCONNECT_COMMAND } }]);
    await end();
    await link.send('data', heartbeat('last words'));
    expect(isAnswered).toBe(false);
    await link.send('control', offline);
    await link.close();
    await told;
    expect(isAnswered).toBe(true);
  });

  test('that dies and comes back is registered with again, and its death is told', async () => {
    const { dispatcher, link, states, taken, connected } = await start({ generation });
    await connected();
    dispatcher.die();
    await expect.poll(() => states.filter(({ state }) => state === 'waiting').length).toBeGreaterThan(2);
    expect(await codeOf(link.send('data', heartbeat('lost')))).toBe('LINK_UNREACHABLE');
    await dispatcher.revive();
    await connected();
    expect(dispatcher.registrations.length).toBe(2);
    await link.send('data', heartbeat('h'));
    await dispatcher.send({ directive: 'device', content: Buffer.from('1') });
    await expect.poll(() => taken.length).toBe(1);
  });
});

test('a disconnect comes once for all who say it, and is answered at once when the device has left', async () => {
  const { dispatcher, link, taken, connected } = await start();
  await connected();
  const told = [dispatcher.disconnect(), dispatcher.disconnect()];
  await expect.poll(() => taken.length).toBeGreaterThan(0);
  await link.send('control', offline);
  await Promise.all(told);
  await dispatcher.disconnect();
  expect(taken.length).toBeLessThanOrEqual(3);
});

test('an answer to a disconnect is held for so long, and says then that the work goes on', async () => {
  const { dispatcher, connected } = await start({}, { heldDisconnectLimitMs: 200 });
  await connected();
  await expect(dispatcher.disconnect()).rejects.toThrow('the work has not ended yet');
});

test('a device that receives nothing can be registered, and answers when it has left', async () => {
  const { dispatcher, link } = await open();
  link.register();
  await expect.poll(() => dispatcher.isRegistered()).toBe(true);
  const told = dispatcher.disconnect();
  await link.send('control', offline);
  await told;
});

test('an event of the control plane is told, an unknown one is nothing', async () => {
  const { dispatcher, states, connected } = await start();
  await connected();
  await dispatcher.notify(2);
  expect(states.at(-1)).toMatchObject({ state: 'waiting', cause: 'the gateway has lost the control plane' });
  await dispatcher.notify(3);
  await dispatcher.notify(99);
  expect(states.map(({ state }) => state)).toEqual(['connected', 'waiting', 'connected']);
});

describe('what is not in order', () => {
  test.each([
    ['no JSON', Buffer.from('{')],
    ['no UTF-8', Buffer.from([0x22, 0xff, 0x22])],
  ])('content that is %s is refused and logged, and the next message is taken', async (_, content) => {
    const { dispatcher, taken, logger, connected } = await start();
    await connected();
    expect(await codeOf(dispatcher.send({ directive: 'device', content }))).toBe(status.INVALID_ARGUMENT);
    expect(logger.lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
    await dispatcher.send({ directive: 'device', content: Buffer.from('{}') });
    await expect.poll(() => taken.length).toBe(1);
  });

  test.each([
    ['one byte over the limit', MAX_WORKER_CONTENT_BYTES + 1],
    ['100 MiB', 104_857_600],
  ])('%s of content is refused, as much as the limit is taken', async (_, sizeBytes) => {
    const { dispatcher, taken, connected } = await start();
    await connected();
    const text = (length: number): Buffer => Buffer.from(JSON.stringify('x'.repeat(length - 2)));
    expect(await codeOf(dispatcher.send({ content: text(sizeBytes) }))).toBe(status.RESOURCE_EXHAUSTED);
    await dispatcher.send({ content: text(MAX_WORKER_CONTENT_BYTES) });
    await expect.poll(() => taken.length).toBe(1);
  });

  test('a flood of messages leaves the newest to who takes none', async () => {
    const { dispatcher, link, end, connected } = await start();
    await connected();
    await end();
    const flood = Array.from({ length: 200 }, (_, n) =>
      dispatcher.send({ messageId: `m${n}`, content: Buffer.from('1') }),
    );
    await Promise.all(flood);
    await dispatcher.send({ messageId: 'newest', content: Buffer.from('1') });
    const { taken } = takeAll(link);
    await expect.poll(() => taken.map(({ message }) => message.message_id)).toEqual(['newest']);
  });

  test('so many messages are on their way at a time', async () => {
    const open = Promise.withResolvers<Buffer>();
    const { dispatcher, link } = await start({ onSend: () => open.promise });
    const sends = Array.from({ length: MAX_SENDS }, (_, n) => codeOf(link.send('data', heartbeat(`${n}`))));
    expect(await codeOf(link.send('data', heartbeat('one more')))).toBe('LINK_UNREACHABLE');
    open.resolve(EMPTY);
    expect(new Set(await Promise.all(sends))).toEqual(new Set(['resolved']));
    await link.send('data', heartbeat('another'));
    expect(dispatcher.received).toHaveLength(MAX_SENDS + 1);
  });

  test('a dispatcher that refuses the handler is asked again, and why it waits is told', async () => {
    let isTaken = true;
    const addressFor = () => (isTaken ? undefined : `@k4e-worker-${randomUUID()}`);
    const { states, connected } = await start({ addressFor });
    await expect.poll(() => states.length).toBeGreaterThan(1);
    expect(states.at(-1)).toMatchObject({ state: 'waiting', cause: 'device: the dispatcher refuses it' });
    isTaken = false;
    await connected();
  });

  test.each([
    ['no address', () => 'http://nowhere'],
    ['a file of somebody else', () => join(rig.directory, 'precious')],
    ['a directory that is not there', () => join(rig.directory, 'none', 'w.sock')],
  ])('one that gives %s: nothing is touched, and it is told', async (_, addressFor) => {
    await writeFile(join(rig.directory, 'precious'), 'content');
    const { states } = await start({ addressFor });
    await expect.poll(() => states.length).toBeGreaterThan(1);
    expect(states.at(-1)?.state).toBe('waiting');
    expect(await readFile(join(rig.directory, 'precious'), 'utf8')).toBe('content');
  });

  test('an answer that comes too late, a call that is given up', async () => {
    const { link } = await start({ onSend: () => new Promise<never>(() => undefined) }, { messageLimitMs: 200 });
    expect(await codeOf(link.send('data', heartbeat('h')))).toBe('LINK_UNREACHABLE');
    const stop = new AbortController();
    const given = codeOf(link.send('data', heartbeat('h'), { signal: stop.signal }));
    stop.abort();
    expect(await given).toBe('ABORTED');
  });
});

test('a registration outlives a receive, and a second receiver is a mistake', async () => {
  const { dispatcher, link, end, connected } = await start();
  await connected();
  const second = link.receive({ signal: AbortSignal.timeout(10_000) })[Symbol.asyncIterator]();
  await expect(second.next()).rejects.toMatchObject({ code: 'INTERNAL' });
  await end();
  await dispatcher.send({ messageId: 'between', content: Buffer.from('1') });
  const again = takeAll(link);
  await again.connected();
  await expect.poll(() => again.taken.length).toBe(1);
  expect(dispatcher.registrations).toHaveLength(1);
});

test('a socket file of a worker is for its owner alone, and goes when it is closed', async () => {
  const path = join(rig.directory, 'worker.sock');
  const address = join(rig.directory, 'dispatcher.sock');
  const { dispatcher, link, taken, connected } = await start({ address, addressFor: () => path });
  await connected();
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  await dispatcher.send({ content: Buffer.from('1') });
  await expect.poll(() => taken.length).toBe(1);
  await link.close();
  await expect(stat(path)).rejects.toThrow('ENOENT');
  await link.close();
});

test('what the newer generation answers is told apart', async () => {
  const answers = [404, 200, 503, 400].map((StatusCode) =>
    rawResponse.write({ StatusCode, Body: null, Metadata: { 'Retry-After': '9' } }),
  );
  const { link, states, connected } = await start({ onSend: () => answers.shift() ?? EMPTY });
  await connected();
  expect(await codeOf(link.send('data', heartbeat('1')))).toBe('LINK_UNKNOWN_DEVICE');
  expect(states.at(-1)).toEqual({ state: 'unknown-device' });
  await link.send('data', heartbeat('2'));
  expect(states.at(-1)).toEqual({ state: 'connected' });
  await expect(link.send('data', heartbeat('3'))).rejects.toMatchObject({
    code: 'LINK_UNREACHABLE',
    retry: { afterMs: 9_000 },
  });
  await expect(link.send('data', heartbeat('4'))).rejects.toMatchObject({ code: 'LINK_REFUSED', retry: 'never' });
});
