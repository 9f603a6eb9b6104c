import { status } from '@grpc/grpc-js';
import { MAX_WORKER_CONTENT_BYTES } from '@k4e/core/ports';
import type { WorkerAnswer, WorkerHubListener } from '@k4e/core/ports';
import { MAX_SENDS_PER_WORKER, MAX_WORKER_MESSAGES } from '@k4e/link-yggdrasil';
import type { DispatcherOptions } from '@k4e/link-yggdrasil';
import { describe, expect, test } from 'vitest';
import { TAKEN, codeOf, dataOf, startDispatcher, useTestDirectory } from '../dispatcher-rig.ts';
import { EMPTY, openRawClient, rawResponse, rawTarget, refuses, startRawWorker } from '../raw-yggdrasil/index.ts';
import type { Generation } from '../raw-yggdrasil/index.ts';

const GENERATIONS: readonly Generation[] = ['first', 'older', 'newer'];
const rig = useTestDirectory();
const serve = (options: Partial<DispatcherOptions> = {}, listener: Partial<WorkerHubListener> = {}) =>
  startDispatcher(rig, options, listener);

describe('messages to workers', () => {
  test.each(GENERATIONS)('arrive whole and in order: %s generation', async (generation) => {
    const { hub, addWorker } = await serve();
    const worker = await addWorker({ generation });
    const metadata = { a: 'b', 'c-d': 'ü' };
    const content = Buffer.from([0, 255, 1]);
    await hub.send('device', dataOf({ messageId: 'm', responseTo: 'r', directive: 'd', metadata, content }));
    expect(worker.received).toEqual([{ messageId: 'm', responseTo: 'r', directive: 'd', metadata, content }]);
    for (let n = 0; n < 20; n++) await hub.send('device', dataOf({ messageId: `m${n}` }));
    expect(worker.received.slice(1).map(({ messageId }) => messageId)).toEqual(
      Array.from({ length: 20 }, (_, n) => `m${n}`),
    );
  });

  test('wait for a worker that does not listen yet', async () => {
    const { hub } = await serve();
    const worker = await startRawWorker(hub.address);
    rig.cleanups.push(() => worker.die());
    const sent = hub.send('device', dataOf());
    // A try to dial has failed by then; without that the test would show nothing, but not fail.
    await new Promise((resolve) => setImmediate(resolve));
    await worker.listen();
    await sent;
    expect(worker.received).toHaveLength(1);
  });

  test('what a worker answers comes back; what is no answer is none', async () => {
    const answers = [
      EMPTY,
      rawResponse.write({ StatusCode: 200, Body: { a: 1 }, Metadata: { b: 'c' } }),
      rawResponse.write('?'),
    ];
    const { hub, addWorker } = await serve();
    await addWorker({ onSend: () => answers.shift() ?? EMPTY });
    expect(await hub.send('device', dataOf())).toBeUndefined();
    expect(await hub.send('device', dataOf())).toEqual({ statusCode: 200, body: { a: 1 }, metadata: { b: 'c' } });
    expect(await hub.send('device', dataOf())).toBeUndefined();
  });

  test('nobody there: NOT_FOUND; a fired signal: ABORTED; too large: TOO_LARGE, and nothing is sent', async () => {
    const { hub, addWorker } = await serve();
    expect(await codeOf(hub.send('device', dataOf()))).toBe('NOT_FOUND');
    const worker = await addWorker();
    expect(await codeOf(hub.send('device', dataOf(), { signal: AbortSignal.abort() }))).toBe('ABORTED');
    const content = Buffer.alloc(MAX_WORKER_CONTENT_BYTES);
    expect(await codeOf(hub.send('device', dataOf({ content: Buffer.concat([content, Buffer.from('x')]) })))).toBe(
      'TOO_LARGE',
    );
    expect(worker.received).toEqual([]);
    await hub.send('device', dataOf({ content }));
    expect(worker.received[0]?.content.length).toBe(MAX_WORKER_CONTENT_BYTES);
  });

  test('a worker that never answers costs the time allowed, can be given up before, and is limited in number', async () => {
    const { hub, addWorker } = await serve({ sendLimitMs: 500 });
    await addWorker({ onSend: () => new Promise<never>(() => undefined) });
    const stop = new AbortController();
    const given = codeOf(hub.send('device', dataOf(), { signal: stop.signal }));
    const others = Array.from({ length: MAX_SENDS_PER_WORKER - 1 }, () => codeOf(hub.send('device', dataOf())));
    expect(await codeOf(hub.send('device', dataOf()))).toBe('WORKER_UNREACHABLE');
    stop.abort();
    expect(await given).toBe('ABORTED');
    expect(new Set(await Promise.all(others))).toEqual(new Set(['WORKER_UNREACHABLE']));
    expect(hub.workers()).toHaveLength(1);
  });

  test('a worker that dies while it is sent something ends the call', async () => {
    const { hub, addWorker } = await serve();
    const worker = await addWorker({ onSend: () => new Promise<never>(() => undefined) });
    const sent = codeOf(hub.send('device', dataOf()));
    await expect.poll(() => worker.received.length).toBe(1);
    worker.die();
    expect(await sent).toBe('WORKER_UNREACHABLE');
  });

  test('a refusal is never worth a retry, a failure is', async () => {
    const codes = [status.INVALID_ARGUMENT, status.INTERNAL];
    const { hub, addWorker } = await serve();
    await addWorker({ onSend: () => refuses(codes.shift() ?? status.OK)() });
    await expect(hub.send('device', dataOf())).rejects.toMatchObject({ code: 'WORKER_UNREACHABLE', retry: 'never' });
    await expect(hub.send('device', dataOf())).rejects.toMatchObject({ code: 'WORKER_UNREACHABLE', retry: 'backoff' });
  });
});

describe('events', () => {
  test.each<[Generation, string[]]>([
    ['first', []],
    ['older', ['disconnect']],
    ['newer', ['event 3', 'event 2', 'event 0', 'event 1']],
  ])('each generation is told in its way: %s', async (generation, told) => {
    const { hub, addWorker } = await serve();
    const worker = await addWorker({ generation });
    await hub.notify('device', { name: 'connection-restored' });
    await hub.notify('device', { name: 'connection-lost', cause: 'x'.repeat(10_000) });
    await hub.notify('device', { name: 'device-unknown' });
    await hub.disconnect('device');
    expect(worker.told).toEqual(told);
  });

  test('a disconnect resolves when the worker has answered, and has a limit', async () => {
    const { hub, addWorker } = await serve({ disconnectLimitMs: 2_000 });
    const work = Promise.withResolvers<undefined>();
    const worker = await addWorker({ onDisconnect: () => work.promise });
    const told = codeOf(hub.disconnect('device'));
    await expect.poll(() => worker.told).toEqual(['event 1']);
    work.resolve(undefined);
    expect(await told).toBe('resolved');
    await addWorker({ handler: 'slow', onDisconnect: () => new Promise<never>(() => undefined) });
    expect(await codeOf(hub.disconnect('slow'))).toBe('WORKER_UNREACHABLE');
    expect(await codeOf(hub.disconnect('nobody'))).toBe('NOT_FOUND');
  });
});

describe('messages of workers', () => {
  test('reach the listener whole, and its answer reaches the worker', async () => {
    const seen: unknown[] = [];
    const onData: WorkerHubListener['onData'] = async (data, { answerWithinMs }) => {
      seen.push(data, answerWithinMs !== undefined && answerWithinMs > 0 && answerWithinMs <= 5_000);
      return { statusCode: 404, body: { why: 'x' }, metadata: { 'Retry-After': '3' } };
    };
    const { addWorker } = await serve({}, { onData });
    const worker = await addWorker();
    const data = {
      messageId: 'm',
      responseTo: 'r',
      directive: 'http://x/',
      metadata: { k: 'v' },
      content: Buffer.from('[]'),
    };
    const answer = JSON.parse(rawResponse.read(await worker.send(data, 5_000))) as unknown;
    expect(seen).toEqual([{ ...data, content: new Uint8Array(data.content) }, true]);
    expect(answer).toEqual({ StatusCode: 404, Body: { why: 'x' }, Metadata: { 'Retry-After': '3' } });
  });

  test.each([
    ['LINK_UNREACHABLE', status.UNAVAILABLE],
    ['LINK_UNKNOWN_DEVICE', status.NOT_FOUND],
    ['LINK_REFUSED', status.INVALID_ARGUMENT],
    ['a defect', status.INTERNAL],
  ])('a listener that rejects with %s is told as a status, and goes on', async (code, expected) => {
    const onData = async (): Promise<never> => {
      throw code.startsWith('LINK')
        ? Object.assign(new Error('words'), { name: 'K4eError', code })
        : new Error('secret');
    };
    const { addWorker } = await serve({}, { onData });
    const worker = await addWorker();
    for (let n = 0; n < 2; n++) {
      const error: unknown = await worker.send({}).catch((failure: unknown) => failure);
      expect(error).toMatchObject({ code: expected });
      expect(String(error)).not.toContain('secret');
    }
  });

  test('one that floods: so many are worked on at a time, the others are refused, and it recovers', async () => {
    let open = Promise.withResolvers<undefined>();
    let atOnce = 0;
    const onData = async (): Promise<WorkerAnswer> => {
      atOnce++;
      await open.promise;
      return TAKEN;
    };
    const { addWorker } = await serve({}, { onData });
    const worker = await addWorker();
    const flood = Array.from({ length: 300 }, () => codeOf(worker.send({ content: Buffer.alloc(10_000) })));
    await expect.poll(() => atOnce).toBe(MAX_WORKER_MESSAGES);
    open.resolve(undefined);
    const outcomes = await Promise.all(flood);
    expect(outcomes.filter((outcome) => outcome === status.RESOURCE_EXHAUSTED).length).toBeGreaterThan(0);
    expect(outcomes.every((outcome) => outcome === 'resolved' || outcome === status.RESOURCE_EXHAUSTED)).toBe(true);
    open = Promise.withResolvers<undefined>();
    open.resolve(undefined);
    expect(await codeOf(worker.send({}))).toBe('resolved');
  });

  test.each([
    ['one byte over the limit', MAX_WORKER_CONTENT_BYTES + 1],
    ['100 MiB', 104_857_600],
  ])('%s of content is refused before anybody sees it', async (_, sizeBytes) => {
    let calls = 0;
    const onData = async (): Promise<WorkerAnswer> => {
      calls++;
      return TAKEN;
    };
    const { addWorker } = await serve({}, { onData });
    const worker = await addWorker();
    expect(await codeOf(worker.send({ content: Buffer.alloc(sizeBytes) }))).toBe(status.RESOURCE_EXHAUSTED);
    await worker.send({ content: Buffer.alloc(MAX_WORKER_CONTENT_BYTES) });
    expect(calls).toBe(1);
  });

  test('one that does not wait any more, dies, or whose dispatcher ends, fires the signal', async () => {
    const begun: string[] = [];
    const fired: string[] = [];
    const onData: WorkerHubListener['onData'] = ({ messageId }, { signal }) =>
      new Promise((resolve) => {
        begun.push(messageId);
        signal.addEventListener('abort', () => {
          fired.push(messageId);
          resolve(TAKEN);
        });
      });
    const { end, addWorker } = await serve({}, { onData });
    const worker = await addWorker();
    const dying = await addWorker({ handler: 'dying' });
    expect(await codeOf(worker.send({ messageId: 'late' }, 1_000))).toBe(status.DEADLINE_EXCEEDED);
    await expect.poll(() => fired).toEqual(['late']);
    const sent = codeOf(dying.send({ messageId: 'dead' }));
    await expect.poll(() => begun).toContain('dead');
    dying.die();
    await expect.poll(() => fired).toEqual(['late', 'dead']);
    const last = codeOf(worker.send({ messageId: 'end' }));
    await expect.poll(() => begun).toContain('end');
    await end();
    expect(fired).toEqual(['late', 'dead', 'end']);
    expect(await last).not.toBe('resolved');
    expect(await sent).toBe(status.CANCELLED);
  });

  test('bytes that are no message are refused, and a method that does not exist is not known', async () => {
    const { hub, addWorker } = await serve();
    const client = openRawClient(rawTarget(hub.address));
    rig.cleanups.push(() => client.close());
    expect(await codeOf(client.call('/yggdrasil.Dispatcher/Send', Buffer.from([0xff, 0xff])))).toBe(status.INTERNAL);
    expect(await codeOf(client.call('/yggdrasil.Dispatcher/Fly', EMPTY))).toBe(status.UNIMPLEMENTED);
    expect((await addWorker()).registered).toBe(true);
  });
});
