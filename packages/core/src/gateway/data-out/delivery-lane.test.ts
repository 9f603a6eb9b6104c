import { expect, test } from 'vitest';
import { K4eError } from '../../foundation/index.ts';
import type { WorkerAnswer } from '../../ports/index.ts';
import type { Message } from '../../protocol/index.ts';
import {
  createFakeClock,
  createFakeDeviceLink,
  createMemoryLogger,
  createMemoryStateStore,
} from '../../testing/index.ts';
import { Outbox } from '../outbox/index.ts';
import {
  DELIVERY_BACKOFF,
  DELIVERY_LIMIT_MS,
  DeliveryLane,
  KEEP_LIMIT_MS,
  KEEP_RATE,
  MAX_TRIES_IN_FRONT,
} from './delivery-lane.ts';
import { ANSWER_LIMIT_MS, MAX_WAITING_BYTES, MAX_WAITING_SENDS } from './waiting-sends.ts';

const message = (directive: string, content: unknown = directive): Message => ({ type: 'data', directive, content });

async function bench(state = createMemoryStateStore()) {
  const [clock, logger, link, stop] = [
    createFakeClock(),
    createMemoryLogger(),
    createFakeDeviceLink(),
    new AbortController(),
  ];
  const outbox = new Outbox({ state, logger, warn: (text) => logger.warn(text) });
  await outbox.restore();
  const taken: Message[] = [];
  const onTaken = (one: Message): void => void taken.push(one);
  const rig = {
    ...{ clock, logger, link, outbox, state, stop, taken },
    /** While set, sends do not end by themselves. */
    hang: false,
    /** Only messages of that directive are refused, or all. */
    refused: undefined as string | undefined,
    answers: [] as [name: string, statusCode: number][],
  };
  const sending = {
    send: async (...call: Parameters<typeof link.send>): Promise<void> => {
      const [, { directive }, { signal } = {}] = call;
      if (rig.refused !== undefined && directive === rig.refused) throw new K4eError('LINK_UNREACHABLE');
      if (!rig.hang) return link.send(...call);
      return new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => reject(new K4eError('ABORTED')), { once: true });
      });
    },
  };
  const lane = new DeliveryLane({
    link: sending,
    outbox,
    clock,
    logger,
    warn: (text) => logger.warn(text),
    random: () => 0,
    onTaken,
  });
  const running = lane.run({ signal: stop.signal });
  const offer = (
    directive: string,
    options: { answerWithinMs?: number; signal?: AbortSignal; content?: unknown } = {},
  ) => {
    const { content = directive, signal = new AbortController().signal } = options;
    const answer = lane.offer(message(directive, content), { signal, answerWithinMs: options.answerWithinMs });
    void answer.then(({ statusCode }: WorkerAnswer) => rig.answers.push([directive, statusCode]));
  };
  const sent = (): unknown[] => link.sent().map(({ message: { content } }) => content);
  return Object.assign(rig, { lane, running, offer, sent });
}

test('a worker gets the answer of a control plane that answers, and nothing is written', async () => {
  const { offer, clock, sent, answers, state, taken } = await bench();
  offer('registration');
  offer('heartbeat');
  offer('x');
  await clock.advance(0);
  expect(sent()).toEqual(['registration', 'heartbeat', 'x']);
  expect(answers).toEqual([
    ['registration', 200],
    ['heartbeat', 200],
    ['x', 200],
  ]);
  expect([state.documents().size, taken.length, clock.pending()]).toEqual([0, 3, 0]);
});

test.each([
  ['LINK_UNKNOWN_DEVICE', 404],
  ['LINK_REFUSED', 400],
  ['TOO_LARGE', 413],
] as const)('a clear no (%s) is an answer of %d, and nothing is kept', async (code, status) => {
  const { offer, clock, link, answers, outbox } = await bench();
  link.refuse(code);
  offer('registration');
  await clock.advance(0);
  expect(answers).toEqual([['registration', status]]);
  expect(outbox.entries).toEqual([]);
});

test('while the control plane is away all is kept, and delivered in order when it is back', async () => {
  const { offer, clock, link, lane, answers, sent } = await bench();
  link.refuse('LINK_UNREACHABLE');
  offer('registration');
  offer('x');
  await clock.advance(0);
  offer('heartbeat', { content: 1 });
  offer('y');
  offer('heartbeat', { content: 2 });
  await clock.advance(0);
  expect(answers.map(([, status]) => status)).toEqual([202, 202, 202, 202, 202]);
  link.refuse(undefined);
  lane.noteLink({ state: 'connected' });
  await clock.advance(0);
  expect(sent()).toEqual(['registration', 'x', 'y', 2]);
  offer('z');
  await clock.advance(0);
  expect(answers.at(-1)).toEqual(['z', 200]);
});

test('a send that was begun while the control plane was away is begun anew once it answers: it may be stuck', async () => {
  const rig = await bench();
  rig.link.refuse('LINK_UNREACHABLE');
  rig.offer('x');
  await rig.clock.advance(0);
  rig.link.refuse(undefined);
  rig.hang = true;
  await rig.clock.advance(DELIVERY_BACKOFF.firstMs);
  rig.hang = false;
  expect(rig.sent()).toEqual([]);
  rig.lane.noteLink({ state: 'connected' });
  await rig.clock.advance(0);
  expect(rig.sent()).toEqual(['x']);
  expect(rig.clock.pending()).toBe(0);
});

test('after a long outage a first send that fails once more is tried again soon', async () => {
  const { offer, clock, link, lane, sent } = await bench();
  link.refuse('LINK_UNREACHABLE');
  offer('x');
  await clock.advance(20 * DELIVERY_BACKOFF.maxMs);
  lane.noteLink({ state: 'connected' });
  await clock.advance(0);
  link.refuse(undefined);
  expect(sent()).toEqual([]);
  await clock.advance(DELIVERY_BACKOFF.firstMs);
  expect(sent()).toEqual(['x']);
});

test('a send that was begun while nothing was wrong goes on when the link says that it answers', async () => {
  const rig = await bench();
  rig.hang = true;
  rig.offer('x');
  await rig.clock.advance(0);
  rig.hang = false;
  rig.lane.noteLink({ state: 'connected' });
  await rig.clock.advance(0);
  expect(rig.sent()).toEqual([]);
});

test('it tries again by itself, with back-off', async () => {
  const { offer, clock, link, sent } = await bench();
  link.refuse('LINK_UNREACHABLE');
  offer('x');
  await clock.advance(DELIVERY_BACKOFF.firstMs - 1);
  link.refuse(undefined);
  expect(sent()).toEqual([]);
  await clock.advance(1);
  expect(sent()).toEqual(['x']);
});

test('a worker that waits a second is answered within it, and the message comes once when the control plane is slow', async () => {
  const rig = await bench();
  rig.hang = true;
  rig.offer('registration', { answerWithinMs: 1_000 });
  rig.offer('x');
  await rig.clock.advance(799);
  expect(rig.answers).toEqual([]);
  await rig.clock.advance(1);
  expect(rig.answers).toEqual([['registration', 202]]);
  await rig.clock.advance(ANSWER_LIMIT_MS - 800);
  expect(rig.answers).toEqual([
    ['registration', 202],
    ['x', 202],
  ]);
  rig.hang = false;
  await rig.clock.advance(DELIVERY_LIMIT_MS + DELIVERY_BACKOFF.firstMs);
  expect(rig.sent()).toEqual(['registration', 'x']);
  expect(rig.outbox.entries).toEqual([]);
});

test('what a worker waits for behind another that was kept is delivered after it', async () => {
  const { state } = await bench();
  await new Outbox({ state, logger: createMemoryLogger(), warn: () => undefined }).keep([message('registration')]);
  const rig = await bench(state);
  rig.offer('heartbeat');
  await rig.clock.advance(0);
  expect(rig.sent()).toEqual(['registration', 'heartbeat']);
  expect(rig.answers).toEqual([['heartbeat', 200]]);
});

test(`at most ${MAX_WAITING_SENDS} sends are under way; the next one is refused, and there is room again after answers`, async () => {
  const rig = await bench();
  rig.hang = true;
  for (let i = 0; i <= MAX_WAITING_SENDS; i++) rig.offer(`x${i}`);
  await rig.clock.advance(0);
  expect(rig.answers).toEqual([[`x${MAX_WAITING_SENDS}`, 429]]);
  await rig.clock.advance(ANSWER_LIMIT_MS);
  rig.answers.length = 0;
  rig.offer('heartbeat', { answerWithinMs: 1_000 });
  await rig.clock.advance(800);
  expect(rig.answers).toEqual([['heartbeat', 202]]);
});

test('a worker that floods while the control plane is away is kept a little, and is in the way of nothing else', async () => {
  const rig = await bench();
  rig.link.refuse('LINK_UNREACHABLE');
  for (let i = 0; i < 10 * KEEP_RATE.burst; i++) {
    rig.offer('x');
    if (i % 32 === 0) await rig.clock.advance(0);
  }
  await rig.clock.advance(0);
  rig.offer('registration');
  rig.offer('heartbeat');
  await rig.clock.advance(0);
  const kept = rig.answers.filter(([, status]) => status === 202).map(([name]) => name);
  expect(kept).toEqual([...Array<string>(KEEP_RATE.burst).fill('x'), 'registration', 'heartbeat']);
  expect(rig.answers.filter(([, status]) => status === 429)).toHaveLength(9 * KEEP_RATE.burst);
  await rig.clock.advance(1_000 / KEEP_RATE.perSecond);
  rig.offer('x');
  await rig.clock.advance(0);
  expect(rig.answers.at(-1)).toEqual(['x', 202]);
});

test('a disk that hangs keeps nothing, and holds up neither workers nor the end', async () => {
  const state = createMemoryStateStore();
  const rig = await bench(Object.assign(state, { write: () => new Promise<never>(() => undefined) }));
  rig.link.refuse('LINK_UNREACHABLE');
  rig.offer('x');
  await rig.clock.advance(KEEP_LIMIT_MS - 1);
  expect(rig.answers).toEqual([]);
  await rig.clock.advance(1);
  expect(rig.answers).toEqual([['x', 503]]);
  rig.stop.abort();
  let hasEnded = false;
  void rig.running.then(() => (hasEnded = true));
  await rig.clock.advance(KEEP_LIMIT_MS);
  expect(hasEnded).toBe(true);
});

test('sends that are under way are bounded in bytes', async () => {
  const rig = await bench();
  rig.hang = true;
  const content = 'x'.repeat(MAX_WAITING_BYTES / 8 - 100);
  for (let i = 0; i < 9; i++) rig.offer(`x${i}`, { content });
  await rig.clock.advance(0);
  expect(rig.answers).toEqual([['x8', 429]]);
});

test('a worker that gives up before anything was begun is forgotten', async () => {
  const rig = await bench();
  const gone = new AbortController();
  rig.hang = true;
  rig.offer('x');
  rig.offer('y', { signal: gone.signal });
  await rig.clock.advance(0);
  gone.abort();
  await rig.clock.advance(ANSWER_LIMIT_MS);
  expect(rig.outbox.entries.map(({ message: { directive } }) => directive)).toEqual(['x']);
});

test('a message that the control plane never takes, though it answers, holds up the others for a while only', async () => {
  const rig = await bench();
  rig.lane.noteLink({ state: 'connected' });
  rig.refused = 'poison';
  rig.offer('poison');
  await rig.clock.advance(0);
  rig.offer('registration');
  await rig.clock.advance(DELIVERY_BACKOFF.maxMs * MAX_TRIES_IN_FRONT);
  expect(rig.sent()).toEqual(['registration']);
  expect(rig.outbox.entries).toEqual([]);
  expect(rig.logger.lines.filter(({ level }) => level === 'warn')).toMatchObject([{ fields: { directive: 'poison' } }]);
});

test('a registration that the control plane never takes goes behind the others, and is kept', async () => {
  const rig = await bench();
  rig.lane.noteLink({ state: 'connected' });
  rig.refused = 'registration';
  rig.offer('registration');
  await rig.clock.advance(0);
  rig.offer('x');
  await rig.clock.advance(DELIVERY_BACKOFF.maxMs * MAX_TRIES_IN_FRONT);
  expect(rig.sent()).toEqual(['x']);
  expect(rig.outbox.entries).toMatchObject([{ kind: 'registration' }]);
});

test('an outage is no reason to make way: order is kept', async () => {
  const rig = await bench();
  rig.lane.noteLink({ state: 'waiting', cause: '', retryInMs: 1 });
  rig.link.refuse('LINK_UNREACHABLE');
  rig.offer('x');
  await rig.clock.advance(0);
  rig.offer('registration');
  await rig.clock.advance(2 * DELIVERY_BACKOFF.maxMs * MAX_TRIES_IN_FRONT);
  rig.link.refuse(undefined);
  await rig.clock.advance(DELIVERY_BACKOFF.maxMs);
  expect(rig.sent()).toEqual(['x', 'registration']);
});

test('when it ends, what waits is refused, and what is kept stays kept', async () => {
  const rig = await bench();
  rig.hang = true;
  rig.offer('x', { answerWithinMs: 1 });
  await rig.clock.advance(1);
  rig.offer('y');
  rig.stop.abort();
  await rig.running;
  rig.offer('z');
  await rig.clock.advance(0);
  expect(rig.answers).toEqual([
    ['x', 202],
    ['y', 503],
    ['z', 503],
  ]);
  expect(rig.outbox.entries).toHaveLength(1);
});

test('draining ends when nothing waits, or when its time is over', async () => {
  const rig = await bench();
  let drained = 0;
  const drain = (): void => void rig.lane.drain({ signal: rig.stop.signal, limitMs: 5_000 }).then(() => drained++);
  rig.hang = true;
  rig.offer('x');
  await rig.clock.advance(0);
  drain();
  await rig.clock.advance(4_999);
  expect(drained).toBe(0);
  await rig.clock.advance(1);
  expect(drained).toBe(1);
  drain();
  rig.hang = false;
  await rig.clock.advance(DELIVERY_LIMIT_MS);
  drain();
  await rig.clock.advance(DELIVERY_BACKOFF.firstMs);
  expect(drained).toBe(3);
});
