import { expect, test } from 'vitest';
import { K4eError, sleep } from '../foundation/index.ts';
import { createFakeWorkerHub } from '../testing/index.ts';
import { DETACHED_CONTENT_LIMIT_MS, MAX_WORKER_TRIES, WORKER_BACKOFF } from './data-in/index.ts';
import { createRig } from './gateway-rig.testing.ts';
import { FACTS_LIMIT_MS, STATUS_BACKOFF, STATUS_SPACING_MS } from './status/index.ts';
import type { WebAnswer, WebClient } from './web/index.ts';
import { MAX_URL_REQUESTS } from './worker-data-handler.ts';

test('messages go to the worker that their directive names, as the wire has them', async () => {
  const rig = createRig();
  await rig.start();
  rig.hub.register('device');
  rig.hub.register('other');
  rig.configure(1);
  const metadata = { a: 'text', b: 7 };
  rig.link.deliver('data', { directive: 'other', response_to: 'x', metadata, content: ['ä'] });
  rig.link.deliver('data', { content: 'for the device worker' });
  await rig.clock.advance(0);
  expect(rig.got().sort()).toEqual(['device:"for the device worker"', 'device:{"version":1}', 'other:["ä"]']);
  expect(rig.hub.delivered().find(({ handler }) => handler === 'other')?.data).toMatchObject({
    ...{ messageId: '', responseTo: 'x', directive: 'other', metadata: { a: 'text', b: '7' } },
  });
});

test('a message for nobody is dropped with a warning, and a flood of them is a few lines', async () => {
  const rig = createRig();
  await rig.start();
  for (let i = 0; i < 100; i++) rig.configure(i, 'nobody');
  await rig.clock.advance(0);
  rig.hub.register('nobody');
  await rig.clock.advance(0);
  expect(rig.got()).toEqual([]);
  expect(rig.warnings().length).toBe(5);
});

test('the newest configuration waits for a worker that is not there yet, and comes to each that registers', async () => {
  const rig = createRig();
  await rig.start();
  rig.configure(1);
  rig.configure(2);
  await rig.clock.advance(0);
  rig.hub.register('device', { pid: 1 });
  await rig.clock.advance(0);
  rig.hub.release(1);
  await rig.clock.advance(0);
  rig.hub.register('device', { pid: 2 });
  await rig.clock.advance(0);
  expect(rig.got()).toEqual(['device:{"version":2}', 'device:{"version":2}']);
});

test('a worker that cannot be reached is tried again, with the newest, and holds up no other', async () => {
  const rig = createRig();
  await rig.start();
  rig.hub.register('device');
  rig.hub.fail('WORKER_UNREACHABLE');
  rig.configure(1);
  await rig.clock.advance(0);
  rig.configure(2);
  await rig.clock.advance(WORKER_BACKOFF.firstMs - 1);
  rig.hub.fail(undefined);
  rig.hub.register('other');
  rig.configure(3, 'other');
  await rig.clock.advance(0);
  expect(rig.got()).toEqual(['other:{"version":3}']);
  await rig.clock.advance(1);
  expect(rig.got()).toEqual(['other:{"version":3}', 'device:{"version":2}']);
});

test('the control plane hears who is there: at the start, and once for each different set', async () => {
  const rig = createRig({ tags: () => ({ site: 'north' }) });
  await rig.start();
  rig.hub.register('device', { pid: 1, features: { a: '1' } });
  await rig.clock.advance(STATUS_SPACING_MS);
  rig.hub.release(1);
  rig.hub.register('device', { pid: 2, features: { a: '1' } });
  await rig.clock.advance(60_000);
  expect(rig.statuses().map(({ content }) => content)).toEqual([
    {
      ...{ canonical_facts: { machine_id: 'machine', fqdn: 'edge.example' }, dispatchers: {} },
      ...{ state: 'online', tags: { site: 'north' } },
    },
    expect.objectContaining({ dispatchers: { device: { a: '1' } }, state: 'online' }),
  ]);
});

test('other tags are said when the gateway is told that there are some', async () => {
  let site = 'north';
  const rig = createRig({ tags: () => ({ site }) });
  await rig.start();
  await rig.clock.advance(STATUS_SPACING_MS);
  rig.gateway.reconsider();
  await rig.clock.advance(STATUS_SPACING_MS);
  site = 'south';
  rig.gateway.reconsider();
  await rig.clock.advance(STATUS_SPACING_MS);
  expect(rig.statuses().map(({ content }) => content)).toMatchObject([
    { tags: { site: 'north' } },
    { tags: { site: 'south' } },
  ]);
});

test('after an outage the control plane hears it again, and a link that works from the start is none', async () => {
  const rig = createRig();
  await rig.start();
  rig.link.tell({ state: 'connected' });
  await rig.clock.advance(60_000);
  expect(rig.statuses()).toHaveLength(1);
  rig.link.tell({ state: 'waiting', cause: 'gone', retryInMs: 1_000 });
  await rig.clock.advance(60_000);
  expect(rig.statuses()).toHaveLength(1);
  rig.link.tell({ state: 'connected' });
  await rig.clock.advance(60_000);
  expect(rig.statuses()).toHaveLength(2);
  expect(rig.statuses().at(-1)).toMatchObject({ content: { state: 'online' } });
});

test('an outage that ends while the control plane is being told is told, too', async () => {
  const rig = createRig({ facts: (options) => sleep(rig.clock, 5_000, options).then(() => ({})) });
  await rig.start();
  rig.link.tell({ state: 'waiting', cause: 'gone', retryInMs: 1_000 });
  rig.link.tell({ state: 'connected' });
  await rig.clock.advance(60_000);
  expect(rig.statuses()).toHaveLength(2);
});

test('a worker that comes and goes is one report a second', async () => {
  const rig = createRig();
  await rig.start();
  for (let i = 0; i < 100; i++) {
    rig.hub.register('device', { pid: 1, features: { i: String(i) } });
    await rig.clock.advance(STATUS_SPACING_MS / 50);
    rig.hub.release(1);
  }
  await rig.clock.advance(10_000);
  expect(rig.statuses().length).toBeLessThanOrEqual(5);
  expect(rig.statuses().at(-1)).toMatchObject({ content: { dispatchers: {} } });
});

test('a status that is not heard is said again, also without facts', async () => {
  const rig = createRig({ facts: () => new Promise(() => undefined) });
  rig.link.refuse('LINK_UNREACHABLE');
  await rig.start();
  await rig.clock.advance(FACTS_LIMIT_MS);
  rig.link.refuse(undefined);
  await rig.clock.advance(STATUS_BACKOFF.firstMs + FACTS_LIMIT_MS);
  expect(rig.statuses()).toMatchObject([{ content: { canonical_facts: {}, state: 'online' } }]);
});

test('what workers send goes to the control plane in an envelope, and a registration asks for the configuration', async () => {
  const rig = createRig();
  await rig.start();
  const answer = await rig.hub.say('registration', { os: 1 }, { messageId: 'm', responseTo: 'r' });
  expect(answer).toEqual({ statusCode: 200, metadata: {} });
  expect(rig.sent('data')).toMatchObject([
    { type: 'data', message_id: 'm', response_to: 'r', version: 1, directive: 'registration', content: { os: 1 } },
  ]);
  expect(rig.link.refreshCount()).toBe(1);
  await rig.hub.say('heartbeat', {});
  expect(rig.link.refreshCount()).toBe(1);
});

test('bad input of workers is answered, and reaches nobody', async () => {
  const rig = createRig();
  await rig.start();
  const content = new TextEncoder().encode('{');
  expect(await rig.hub.say('heartbeat', 1, { content })).toMatchObject({ statusCode: 400 });
  expect(await rig.hub.say('heartbeat', 'x'.repeat(1_048_574))).toMatchObject({ statusCode: 413 });
  expect(await rig.hub.say('http://evil.example/', 1)).toMatchObject({ statusCode: 403 });
  expect(await rig.hub.say('mailto:x', 1)).toMatchObject({ statusCode: 403 });
  expect(await rig.hub.say('x'.repeat(2_000), 1)).toMatchObject({ statusCode: 400 });
  expect(rig.sent('data')).toEqual([]);
});

test(`at most ${MAX_URL_REQUESTS} requests to URLs run at a time`, async () => {
  let running = 0;
  const web: WebClient = () => new Promise(() => (running += 1));
  const rig = createRig({ web, allowedHosts: ['files.example'] });
  await rig.start();
  const answers: number[] = [];
  for (let i = 0; i <= MAX_URL_REQUESTS; i++) {
    void rig.hub.say('http://files.example/', 1).then(({ statusCode }) => answers.push(statusCode));
  }
  await rig.clock.advance(0);
  expect([running, answers]).toEqual([MAX_URL_REQUESTS, [429]]);
});

test('a worker that wants its content detached gets what the URL stands for, of allowed hosts only', async () => {
  const urls: string[] = [];
  const answers: (WebAnswer | K4eError)[] = [
    { statusCode: 200, headers: {}, content: new TextEncoder().encode('whole') },
    new K4eError('LINK_UNREACHABLE'),
    { statusCode: 200, headers: {}, content: new TextEncoder().encode('again') },
    { statusCode: 404, headers: {}, content: new Uint8Array() },
  ];
  const web: WebClient = ({ url }) => {
    urls.push(url);
    const answer = answers.shift();
    return answer === undefined || answer instanceof K4eError
      ? Promise.reject(answer ?? new Error())
      : Promise.resolve(answer);
  };
  const rig = createRig({ web, allowedHosts: ['files.example'] });
  await rig.start();
  rig.hub.register('apart', { hasDetachedContent: true });
  const deliver = async (content: unknown): Promise<void> => {
    rig.link.deliver('data', { directive: 'apart', content });
    await rig.clock.advance(WORKER_BACKOFF.firstMs);
  };
  await deliver('http://files.example/1');
  await deliver('http://evil.example/');
  await deliver({ url: 'http://files.example/' });
  await deliver('http://files.example/2');
  await deliver('http://files.example/gone');
  expect(rig.got()).toEqual(['apart:whole', 'apart:again']);
  expect(urls.length).toBe(4);
  expect(urls.every((url) => url.startsWith('http://files.example/'))).toBe(true);
});

test('ping is answered, reconnect takes a break and says who is there again', async () => {
  const rig = createRig();
  await rig.start();
  rig.command('ping');
  await rig.clock.advance(STATUS_SPACING_MS);
  expect(rig.sent('control').at(-1)).toMatchObject({ type: 'event', content: 'pong', response_to: 'c1' });
  rig.command('reconnect', { delay: '30' });
  await rig.clock.advance(29_000);
  expect([rig.link.isReceiving(), rig.statuses().length]).toEqual([false, 1]);
  expect(await rig.hub.say('heartbeat', 1)).toMatchObject({ statusCode: 202 });
  await rig.clock.advance(STATUS_BACKOFF.maxMs + 1_000);
  expect([rig.link.isReceiving(), rig.statuses().length]).toEqual([true, 2]);
  expect(rig.sent('data')).toMatchObject([{ directive: 'heartbeat' }]);
});

test('garbage of the control plane ends nothing, and is a few lines', async () => {
  const rig = createRig();
  await rig.start();
  for (const content of [undefined, null, 7, [], {}, { command: 1 }, { command: 'format' }]) {
    rig.link.deliver('control', { content });
    rig.link.deliver('data', { type: 'event', content });
  }
  await rig.clock.advance(0);
  rig.hub.register('device');
  rig.configure(1);
  await rig.clock.advance(0);
  expect(rig.got()).toEqual(['device:{"version":1}']);
  expect(rig.warnings()).toEqual([...Array<string>(5).fill('a message is ignored'), 'an unknown command is ignored']);
});

test('a worker that never answers holds up no other, nor the control plane', async () => {
  const rig = createRig();
  await rig.start();
  rig.hub.register('other');
  rig.hub.hang(true);
  rig.configure(1, 'other');
  await rig.clock.advance(0);
  rig.hub.hang(false);
  rig.hub.register('device');
  rig.configure(2);
  rig.command('ping');
  await rig.clock.advance(0);
  expect(rig.got()).toEqual(['device:{"version":2}']);
  expect(rig.sent('control').some(({ content }) => content === 'pong')).toBe(true);
});

test(`a message that is no configuration is tried ${MAX_WORKER_TRIES} times, a configuration for ever`, async () => {
  const rig = createRig();
  await rig.start();
  rig.hub.register('device');
  rig.hub.register('other');
  rig.hub.fail('WORKER_UNREACHABLE');
  rig.configure(1);
  rig.configure(2, 'other');
  await rig.clock.advance(WORKER_BACKOFF.maxMs * 20);
  rig.hub.fail(undefined);
  await rig.clock.advance(WORKER_BACKOFF.maxMs);
  expect(rig.got()).toEqual(['device:{"version":1}']);
});

test('content that does not come in time is fetched again', async () => {
  let fetches = 0;
  const web: WebClient = () => new Promise(() => (fetches += 1));
  const rig = createRig({ web, allowedHosts: ['files.example'] });
  await rig.start();
  rig.hub.register('apart', { hasDetachedContent: true });
  rig.link.deliver('data', { directive: 'apart', content: 'http://files.example/' });
  await rig.clock.advance(DETACHED_CONTENT_LIMIT_MS + WORKER_BACKOFF.firstMs - 1);
  expect(fetches).toBe(1);
  await rig.clock.advance(1);
  expect(fetches).toBe(2);
});

test('how the link fares is said when it changes', async () => {
  const rig = createRig();
  await rig.start();
  for (let i = 0; i < 10; i++) rig.link.tell({ state: 'waiting', cause: 'away', retryInMs: 1 });
  rig.link.tell({ state: 'connected' });
  expect(rig.warnings()).toEqual(['the control plane does not answer as it should']);
  expect(rig.logger.lines.at(-1)).toMatchObject({ level: 'info', message: 'the control plane answers' });
});

test('its signal ends it', async () => {
  const rig = createRig();
  await rig.start();
  rig.hub.register('device');
  rig.hub.hang(true);
  rig.configure(1);
  await rig.clock.advance(0);
  rig.stop.abort();
  await rig.clock.advance(0);
  expect([rig.outcome, rig.hub.isServing(), rig.link.isReceiving()]).toEqual(['stopped', false, false]);
});

test('a hub that cannot begin ends it', async () => {
  const serve = (): Promise<never> => Promise.reject(new K4eError('ALREADY_EXISTS'));
  const hub = Object.assign(createFakeWorkerHub(), { serve });
  const rig = createRig({ hub });
  await rig.start();
  expect(rig.failure).toMatchObject({ code: 'ALREADY_EXISTS' });
});

test('workers can register once it says that it listens', async () => {
  let isHeard = false;
  const rig = createRig({ onListening: () => void (isHeard = true) });
  expect(isHeard).toBe(false);
  await rig.start();
  expect(isHeard).toBe(true);
});
