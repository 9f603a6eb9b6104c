import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createGateway } from '@k4e/core/gateway';
import type { StateStore } from '@k4e/core/ports';
import type { MemoryStateStore } from '@k4e/core/testing';
import {
  createFakeClock,
  createFakeDeviceLink,
  createFakeWorkerHub,
  createMemoryLogger,
  createMemoryStateStore,
} from '@k4e/core/testing';

/** Where the process dies: at its `at`th change of a document, before or after the disk has it. */
interface CrashPoint {
  readonly at: number;
  readonly isDurable: boolean;
}

type Step =
  | { readonly kind: 'say'; readonly directive: 'registration' | 'heartbeat' | 'other' }
  | { readonly kind: 'away' | 'back' }
  | { readonly kind: 'pass'; readonly ms: number };

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .constantFrom('registration', 'heartbeat', 'other')
      .map((directive): Step => ({ kind: 'say', directive })),
  },
  { weight: 2, arbitrary: fc.constantFrom<Step>({ kind: 'away' }, { kind: 'back' }) },
  { weight: 1, arbitrary: fc.constantFrom<Step>({ kind: 'pass', ms: 0 }, { kind: 'pass', ms: 5_000 }) },
);
const life = fc.record({
  steps: fc.array(step, { maxLength: 12 }),
  crash: fc.record({ at: fc.nat({ max: 8 }), isDurable: fc.boolean() }),
});

/** A store that is dead from its crash point on: nothing changes any more, and no call ends. */
function dying(store: MemoryStateStore, { at, isDurable }: CrashPoint): StateStore {
  let changes = 0;
  const never = (): Promise<never> => new Promise(() => undefined);
  const change = (apply: () => Promise<void>): Promise<void> => {
    const nth = changes++;
    if (nth < at) return apply();
    return nth === at && isDurable ? apply().then(never) : never();
  };
  return {
    read: (...call) => store.read(...call),
    write: (...call) => change(() => store.write(...call)),
    remove: (...call) => change(() => store.remove(...call)),
  };
}

interface Accepted {
  readonly content: number;
  readonly directive: string;
}

class World {
  readonly disk = createMemoryStateStore();
  readonly link = createFakeDeviceLink();
  readonly said: Accepted[] = [];
  readonly accepted: Accepted[] = [];
  #count = 0;

  async live(steps: readonly Step[], crash: CrashPoint): Promise<void> {
    const [clock, hub, stop] = [createFakeClock(), createFakeWorkerHub(), new AbortController()];
    let isDead = false;
    const gateway = createGateway({
      ...{ transport: this.link, hub, clock, random: () => 0, uuid: () => 'id', logger: createMemoryLogger() },
      ...{ state: dying(this.disk, crash), facts: () => Promise.resolve({}) },
    });
    void gateway.run({ signal: stop.signal });
    await clock.advance(0);
    for (const one of steps) {
      if (one.kind === 'pass') await clock.advance(one.ms);
      else if (one.kind !== 'say') this.link.refuse(one.kind === 'away' ? 'LINK_UNREACHABLE' : undefined);
      else {
        const said = { content: ++this.#count, directive: one.directive };
        this.said.push(said);
        void hub.say(one.directive, said.content).then(({ statusCode }) => {
          if (!isDead && statusCode < 300) this.accepted.push(said);
        });
      }
      await clock.advance(0);
    }
    isDead = true;
    stop.abort();
  }

  /** What was delivered, each once. */
  delivered(): readonly unknown[] {
    return this.link.sent().flatMap(({ channel, message }) => (channel === 'data' ? [message.content] : []));
  }

  /** A heartbeat that a newer one took the place of: one that came, too, even if the process died before it could say so. */
  isSuperseded({ content, directive }: Accepted): boolean {
    const delivered = new Set(this.delivered());
    const newer = this.said.filter((said) => said.directive === directive && said.content > content);
    return directive === 'heartbeat' && newer.some((said) => delivered.has(said.content));
  }
}

test('killed at any moment, as often as it likes: what was accepted is delivered', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(life, { minLength: 1, maxLength: 3 }), async (lives) => {
      const world = new World();
      for (const { steps, crash } of lives) await world.live(steps, crash);
      world.link.refuse(undefined);
      await world.live([{ kind: 'pass', ms: 60_000 }], { at: Infinity, isDurable: true });
      const delivered = new Set(world.delivered());
      const lost = world.accepted.filter((one) => !delivered.has(one.content) && !world.isSuperseded(one));
      expect(lost).toEqual([]);
      expect(world.disk.documents().size).toBe(0);
    }),
    { numRuns: 200 },
  );
}, 60_000);

test('killed in the middle of an outage: order is kept, and the newest heartbeat is the one that comes', async () => {
  const world = new World();
  const say = (directive: 'registration' | 'heartbeat' | 'other'): Step => ({ kind: 'say', directive });
  await world.live([{ kind: 'away' }, say('heartbeat'), say('registration'), say('other'), say('heartbeat')], {
    at: Infinity,
    isDurable: true,
  });
  world.link.refuse(undefined);
  await world.live([{ kind: 'pass', ms: 5_000 }], { at: Infinity, isDurable: true });
  expect(world.delivered()).toEqual([2, 3, 4]);
});
