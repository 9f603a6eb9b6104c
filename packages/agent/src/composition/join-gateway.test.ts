import { DISCONNECTED_DOCUMENT } from '@k4e/core/link';
import type { StateStore } from '@k4e/core/ports';
import type { MemoryStateStore } from '@k4e/core/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { WEB, command, createAgentBench } from './agent-bench.testing.ts';

/** Time in which a device whose parts are well has left. */
const LEAVING_MS = 60_000;
const COMPLETE = { isClean: true, isAcknowledged: true };
const MANY = 10_000;
const PATIENT = { timeout: 120_000 };

const never = (): Promise<never> => new Promise(() => undefined);
const hung = (state: StateStore): StateStore => ({ ...state, write: never, remove: never });

test.each([
  ['of the device', { state: true, gatewayState: false }],
  ['of the gateway', { state: false, gatewayState: true }],
  ['of both', { state: true, gatewayState: true }],
])('a disk %s that hangs keeps no pod alive when the device is let go', async (_whose, hangs) => {
  const bench = createAgentBench();
  const first = await bench.boot();
  await first.configure(WEB);
  await first.stop();
  expect(bench.pods()).toEqual(['web']);
  const { state, gatewayState } = bench;
  const second = await bench.boot({
    ...(hangs.state ? { state: hung(state) } : {}),
    ...(hangs.gatewayState ? { gatewayState: hung(gatewayState) } : {}),
  });
  bench.transport.deliver('control', command('disconnect'));
  await bench.clock.advance(10 * LEAVING_MS);
  expect(bench.pods()).toEqual([]);
  await bench.clock.advance(180 * LEAVING_MS);
  expect([second.outcome(), bench.statuses().at(-1)]).toMatchObject(['disconnected', { state: 'offline' }]);
});

/** A process that can be killed at each moment at which it does something outside of itself. */
function mortal(bench: ReturnType<typeof createAgentBench>, limit: number) {
  const death = new AbortController();
  let count = 0;
  const lives = (): boolean => {
    if (count++ >= limit) death.abort();
    return !death.signal.aborted;
  };
  const wrap =
    <A extends unknown[], R>(work: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      if (!lives()) return never();
      const result = await work(...args);
      return lives() ? result : never();
    };
  const store = (state: StateStore): StateStore => ({
    read: wrap((...args: Parameters<StateStore['read']>) => state.read(...args)),
    write: wrap((...args: Parameters<StateStore['write']>) => state.write(...args)),
    remove: wrap((...args: Parameters<StateStore['remove']>) => state.remove(...args)),
  });
  async function* receive(options: Parameters<typeof transport.receive>[0]) {
    const signal = AbortSignal.any([options.signal, death.signal]);
    for await (const received of transport.receive({ ...options, signal })) {
      if (!lives()) return;
      yield received;
    }
    if (death.signal.aborted) await never();
  }
  const { clock, runtime, firewall, volumes, transport } = bench;
  const parts = {
    clock: {
      ...clock,
      schedule: (delayMs: number, callback: () => void) =>
        clock.schedule(delayMs, () => (death.signal.aborted ? undefined : callback())),
    },
    runtime: {
      ...runtime,
      list: wrap((...args: Parameters<typeof runtime.list>) => runtime.list(...args)),
      remove: wrap((...args: Parameters<typeof runtime.remove>) => runtime.remove(...args)),
    },
    firewall: { ...firewall, clear: wrap((...args: Parameters<typeof firewall.clear>) => firewall.clear(...args)) },
    volumes: {
      ...volumes,
      removeAll: wrap((...args: Parameters<typeof volumes.removeAll>) => volumes.removeAll(...args)),
    },
    state: store(bench.state),
    gatewayState: store(bench.gatewayState),
    transport: {
      ...transport,
      receive,
      send: wrap((...args: Parameters<typeof transport.send>) => transport.send(...args)),
    },
  };
  return { parts, hasDied: () => death.signal.aborted, kill: () => death.abort() };
}

const marker = (state: MemoryStateStore): unknown => {
  const bytes = state.documents().get(DISCONNECTED_DOCUMENT);
  return bytes === undefined ? undefined : JSON.parse(new TextDecoder().decode(bytes));
};

/** Whatever became of the agents before it, this one leaves: nothing is left of ours, and `offline` is said last. */
async function expectToLeave(bench: ReturnType<typeof createAgentBench>, story: string): Promise<void> {
  const last = await bench.boot();
  if (marker(bench.state) === undefined && marker(bench.gatewayState) === undefined) {
    bench.transport.deliver('control', command('disconnect'));
  }
  await bench.clock.advance(10 * LEAVING_MS);
  const { state, gatewayState } = bench;
  expect([last.outcome(), bench.pods(), marker(state), marker(gatewayState)], story).toEqual([
    'disconnected',
    [],
    COMPLETE,
    COMPLETE,
  ]);
  expect(bench.statuses().at(-1), story).toMatchObject({ state: 'offline' });
  expect([...state.documents().keys(), ...gatewayState.documents().keys()], story).toEqual([
    DISCONNECTED_DOCUMENT,
    DISCONNECTED_DOCUMENT,
  ]);
}

test('killed at any moment of leaving, the next agent completes that', PATIENT, async () => {
  let moments = 0;
  for (let hasDied = true; hasDied && moments < MANY; moments++) {
    const bench = createAgentBench();
    const first = await bench.boot();
    await first.configure(WEB);
    await first.stop();
    const process = mortal(bench, moments);
    await bench.boot(process.parts);
    bench.transport.deliver('control', command('disconnect'));
    await bench.clock.advance(LEAVING_MS);
    hasDied = process.hasDied();
    process.kill();
    await bench.clock.advance(0);
    await expectToLeave(bench, `moment ${moments}`);
  }
  expect(moments).toBeGreaterThan(15);
});

test(
  'killed and stopped again and again while it leaves, on parts that fail now and then, it leaves',
  PATIENT,
  async () => {
    const life = fc.record({
      isKilled: fc.boolean(),
      moment: fc.nat({ max: 60 }),
      lastsMs: fc.constantFrom(0, 1, 500, 2_000, 15_000, LEAVING_MS),
      fault: fc.constantFrom('none', 'away', 'podman', 'disk', 'gateway disk'),
      isToldAgain: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(life, { minLength: 1, maxLength: 5 }), async (lives) => {
        const bench = createAgentBench();
        const first = await bench.boot();
        await first.configure(WEB);
        await first.stop();
        for (const { isKilled, moment, lastsMs, fault, isToldAgain } of lives) {
          bench.transport.refuse(fault === 'away' ? 'LINK_UNREACHABLE' : undefined);
          bench.state.failWrites(fault === 'disk');
          bench.gatewayState.failWrites(fault === 'gateway disk');
          if (fault === 'podman') bench.runtime.failNext('RUNTIME_UNAVAILABLE', 'remove');
          const process = mortal(bench, isKilled ? moment : MANY);
          const agent = await bench.boot(process.parts);
          const isKnown = marker(bench.state) !== undefined || marker(bench.gatewayState) !== undefined;
          if (isToldAgain && !isKnown) bench.transport.deliver('control', command('disconnect'));
          await bench.clock.advance(lastsMs);
          if (isKilled) process.kill();
          else await agent.stop();
          await bench.clock.advance(0);
        }
        bench.transport.refuse(undefined);
        for (const state of [bench.state, bench.gatewayState]) state.failWrites(false);
        await expectToLeave(bench, JSON.stringify(lives));
      }),
      { numRuns: 150 },
    );
  },
);
