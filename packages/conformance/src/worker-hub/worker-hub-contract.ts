import { errorCode } from '@k4e/core';
import { MAX_REGISTERED_WORKERS, MAX_WORKER_CONTENT_BYTES } from '@k4e/core/ports';
import type { WorkerAnswer, WorkerData, WorkerHubListener } from '@k4e/core/ports';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { WorkerHubContractOptions, WorkerHubSubject } from './worker-hub-subject.ts';

/** How long anything may take that has to happen, in milliseconds. */
const DEADLINE = { timeout: 30_000 };
const TAKEN: WorkerAnswer = { statusCode: 200, metadata: {} };

const worker = (handler: string, pid = 4_000_000) => ({ handler, pid, hasDetachedContent: false, features: {} });
const EVENTS = [
  { name: 'connection-lost', cause: 'ECONNREFUSED' },
  { name: 'connection-restored' },
  { name: 'device-unknown' },
] as const;
const data = (change: Partial<WorkerData> = {}): WorkerData => ({
  ...{ messageId: 'm1', responseTo: 'm0', directive: 'device', metadata: { a: 'ä', b: '' } },
  content: new TextEncoder().encode('{"a":[1,"ä"]}'),
  ...change,
});
const codeOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => undefined,
    (error: unknown) => errorCode(error),
  );

/** A hub that is served, and what its listener hears. */
class Served {
  readonly stop = new AbortController();
  readonly heard: {
    readonly data: WorkerData;
    readonly signal: AbortSignal;
    readonly answerWithinMs: number | undefined;
  }[] = [];
  changes = 0;
  answer: () => Promise<WorkerAnswer> = () => Promise.resolve(TAKEN);
  readonly subject: WorkerHubSubject;
  readonly ended: Promise<void>;
  readonly listening: Promise<void>;

  constructor(subject: WorkerHubSubject) {
    this.subject = subject;
    let onListening = (): void => undefined;
    this.listening = new Promise((resolve) => (onListening = resolve));
    this.ended = subject.hub.serve(this.listener(onListening), { signal: this.stop.signal });
  }

  listener(onListening: () => void = () => undefined): WorkerHubListener {
    return {
      onListening,
      onWorkersChanged: () => {
        this.changes++;
      },
      onData: (sent, { signal, answerWithinMs }) => {
        this.heard.push({ data: sent, signal, answerWithinMs });
        return this.answer();
      },
    };
  }
}

/** The contract of `WorkerHub`, row by row, as a vitest suite. */
export function describeWorkerHubContract(name: string, options: WorkerHubContractOptions): void {
  describe(`${name} keeps the contract of WorkerHub`, () => {
    let served: Served;
    beforeEach(async () => {
      served = new Served(await options.createSubject());
      await served.listening;
    });
    afterEach(async () => {
      served.stop.abort();
      await served.ended;
      await served.subject.dispose();
    });
    const current = (): Served => served;
    describeRegistrations(current);
    describeServing(current);
    describeSending(current);
    describeTelling(current, options.hasEvents ?? true);
    describeDisconnecting(current);
    describeData(current);
  });
}

function describeRegistrations(served: () => Served): void {
  test('who registers is there, by handler, with what it says of itself', async () => {
    const { hub, workers } = served().subject;
    expect(hub.workers()).toEqual([]);
    expect(await workers.register({ ...worker('zebra', 12), hasDetachedContent: true })).toBe(true);
    expect(await workers.register({ ...worker('ant', 34), features: { version: '1', empty: '' } })).toBe(true);
    expect(hub.workers()).toMatchObject([
      { handler: 'ant', pid: 34, hasDetachedContent: false, features: { version: '1', empty: '' } },
      { handler: 'zebra', pid: 12, hasDetachedContent: true, features: {} },
    ]);
    expect(new Set(hub.workers().map(({ registrationId }) => registrationId)).size).toBe(2);
    expect(served().changes).toBeGreaterThanOrEqual(2);
  });

  test('a handler that is taken is refused, and the one who has it stays', async () => {
    const { hub, workers } = served().subject;
    await workers.register(worker('device', 1_001));
    const before = hub.workers();
    expect(await workers.register(worker('device', 1_002))).toBe(false);
    expect(hub.workers()).toEqual(before);
  });

  test('a worker that died can be followed by another, which is known as new', async () => {
    const { hub, workers } = served().subject;
    await workers.register(worker('device', 1_001));
    const [before] = hub.workers();
    await workers.kill('device');
    await expect.poll(() => workers.register(worker('device', 1_002)), DEADLINE).toBe(true);
    const [after] = hub.workers();
    expect(after?.pid).toBe(1_002);
    expect(after?.registrationId).not.toBe(before?.registrationId);
  });

  test(`${MAX_REGISTERED_WORKERS} workers are let in, and no more until one goes`, async () => {
    const { hub, workers } = served().subject;
    for (let i = 0; i < MAX_REGISTERED_WORKERS; i++) {
      expect(await workers.register(worker(`w${i}`, 1_000 + i))).toBe(true);
    }
    expect(await workers.register(worker('one-more', 2_000))).toBe(false);
    hub.release(1_000);
    expect(await workers.register(worker('one-more', 2_000))).toBe(true);
    expect(hub.workers()).toHaveLength(MAX_REGISTERED_WORKERS);
  });

  test('a process that has ended is released with all its handlers, and nobody else', async () => {
    const { hub, workers } = served().subject;
    await workers.register(worker('a', 1_001));
    await workers.register(worker('b', 1_001));
    await workers.register(worker('c', 1_002));
    const { changes } = served();
    hub.release(9_999);
    expect(served().changes).toBe(changes);
    hub.release(1_001);
    expect(hub.workers().map(({ handler }) => handler)).toEqual(['c']);
    expect(served().changes).toBeGreaterThan(changes);
  });
}

function describeServing(served: () => Served): void {
  test('it ends by its signal, with nobody registered', async () => {
    const { hub, workers } = served().subject;
    await workers.register(worker('device'));
    served().stop.abort();
    await served().ended;
    expect(hub.workers()).toEqual([]);
    expect(await codeOf(hub.send('device', data()))).toBe('NOT_FOUND');
  });

  test('it is served once at a time, and can be served again', async () => {
    const { hub, workers } = served().subject;
    await expect(hub.serve(served().listener(), { signal: new AbortController().signal })).rejects.toThrow();
    await workers.register(worker('device'));
    served().stop.abort();
    await served().ended;
    const again = new Served(served().subject);
    await again.listening;
    expect(await workers.register(worker('another'))).toBe(true);
    again.stop.abort();
    await again.ended;
  });
}

function describeSending(served: () => Served): void {
  test('a worker gets what is sent, byte by byte and in order', async () => {
    const { hub, workers } = served().subject;
    await workers.register(worker('device'));
    const content = Uint8Array.from({ length: 256 }, (_, index) => index);
    const sent = [data(), data({ messageId: '', responseTo: '', metadata: {}, content })];
    for (const one of sent) await hub.send('device', one);
    expect(workers.received('device')).toEqual(sent);
  });

  test('just the largest content is sent, and nothing of a larger one', async () => {
    const { hub, workers } = served().subject;
    await workers.register(worker('device'));
    await hub.send('device', data({ content: new Uint8Array(MAX_WORKER_CONTENT_BYTES) }));
    const larger = data({ content: new Uint8Array(MAX_WORKER_CONTENT_BYTES + 1) });
    expect(await codeOf(hub.send('device', larger))).toBe('TOO_LARGE');
    expect(workers.received('device').map(({ content }) => content.byteLength)).toEqual([MAX_WORKER_CONTENT_BYTES]);
  });

  test('nobody answers to a handler that nobody has', async () => {
    const { hub } = served().subject;
    expect(await codeOf(hub.send('device', data()))).toBe('NOT_FOUND');
    expect(await codeOf(hub.disconnect('device'))).toBe('NOT_FOUND');
  });

  test('a worker that has died is not reached', async () => {
    const { hub, workers } = served().subject;
    await workers.register(worker('device'));
    await workers.kill('device');
    expect(['WORKER_UNREACHABLE', 'NOT_FOUND']).toContain(await codeOf(hub.send('device', data())));
  });

  test('a worker that never answers holds up its own messages alone, and the caller can give up', async () => {
    const { hub, workers } = served().subject;
    await workers.register(worker('device'));
    workers.hang(true);
    const stop = new AbortController();
    const codes = [hub.send('device', data(), stop), hub.disconnect('device', stop)].map(codeOf);
    stop.abort();
    expect(await Promise.all(codes)).toEqual(['ABORTED', 'ABORTED']);
    workers.hang(false);
    await workers.register(worker('other', 1_002));
    await hub.send('other', data());
    expect(workers.received('other')).toHaveLength(1);
  });

  test('with a signal that has fired nothing is sent', async () => {
    const { hub, workers } = served().subject;
    await workers.register(worker('device'));
    expect(await codeOf(hub.send('device', data(), { signal: AbortSignal.abort() }))).toBe('ABORTED');
    expect(workers.received('device')).toEqual([]);
  });
}

function describeTelling(served: () => Served, hasEvents: boolean): void {
  test('a worker is told of the way to the control plane, in order, and no other', async () => {
    const { hub, workers } = served().subject;
    await workers.register(worker('device', 1_001));
    await workers.register(worker('other', 1_002));
    for (const event of EVENTS) await hub.notify('device', event);
    expect(workers.events('device')).toEqual(hasEvents ? EVENTS : []);
    expect(workers.events('other')).toEqual([]);
    expect(await codeOf(hub.notify('nobody', EVENTS[1]))).toBe('NOT_FOUND');
  });
}

function describeDisconnecting(served: () => Served): void {
  test('a worker is told to end its work, and no other', async () => {
    const { hub, workers } = served().subject;
    await workers.register(worker('device', 1_001));
    await workers.register(worker('other', 1_002));
    await hub.disconnect('device');
    expect([workers.disconnects('device'), workers.disconnects('other')]).toEqual([1, 0]);
  });
}

function describeData(served: () => Served): void {
  test('what a worker sends is heard as it is, and it gets the answer', async () => {
    const { workers } = served().subject;
    await workers.register(worker('device'));
    const answer = { statusCode: 418, body: { a: [null, 'ä'] }, metadata: { 'x-a': '1' } };
    served().answer = () => Promise.resolve(answer);
    expect(await workers.say(data())).toEqual(answer);
    expect(served().heard.map((one) => one.data)).toEqual([data()]);
  });

  test('content of any bytes, or none, is heard', async () => {
    const { workers } = served().subject;
    await workers.register(worker('device'));
    for (const content of [new Uint8Array(0), new Uint8Array(MAX_WORKER_CONTENT_BYTES).fill(0xff)]) {
      await workers.say(data({ content }));
      expect(served().heard.at(-1)?.data.content).toEqual(content);
    }
  });

  test('more than the largest content is refused, and not heard', async () => {
    const { workers } = served().subject;
    await workers.register(worker('device'));
    await workers.say(data({ content: new Uint8Array(MAX_WORKER_CONTENT_BYTES + 1) })).catch(() => undefined);
    expect(served().heard).toEqual([]);
  });

  test('how long a worker waits is told, and when it waits no more', async () => {
    const { workers } = served().subject;
    await workers.register(worker('device'));
    served().answer = () => new Promise(() => undefined);
    const gone = new AbortController();
    const answer = workers.say(data(), { signal: gone.signal, answerWithinMs: 8_000 }).catch(() => undefined);
    await expect.poll(() => served().heard.length, DEADLINE).toBe(1);
    const [heard] = served().heard;
    expect(heard?.answerWithinMs).toBeLessThanOrEqual(8_000);
    expect(heard?.answerWithinMs).toBeGreaterThan(0);
    expect(heard?.signal.aborted).toBe(false);
    gone.abort();
    await expect.poll(() => heard?.signal.aborted, DEADLINE).toBe(true);
    await answer;
  });
}
