import type { PollReply } from '@k4e/core/control-plane';
import type { ResourceStore } from '@k4e/core/ports';
import { EDGE_DEPLOYMENT } from '@k4e/core/resources';
import { createFakeClock } from '@k4e/core/testing';
import type { FakeClock } from '@k4e/core/testing';
import { expect, test } from 'vitest';
import { startFleet } from './fleet.ts';
import type { Fleet } from './fleet.ts';

const DEVICES = ['d1', 'd2', 'd3'];
const DEPLOYMENTS = ['a', 'b', 'c', 'd'];
const WAIT_SECONDS = 25;
const CHANGES = 60;
/** The store's news come at most so late, in milliseconds: more than what the control plane waits for by itself. */
const MAX_LAG_MS = 4_000;
/** Within this a device has what it should have, once the store's news are there. */
const PROMPT_MS = 3_000;

/** Numbers in [0, 1) that a seed decides. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A store of which each watch hears late, each kind on its own. */
function late(store: ResourceStore, clock: FakeClock, random: () => number): ResourceStore {
  const pause = (): Promise<void> =>
    new Promise((resolve) => clock.schedule(Math.floor(random() * MAX_LAG_MS), () => resolve()));
  return {
    ...methodsOf(store),
    watch: async function* watch(kind, scope, options) {
      for await (const event of store.watch(kind, scope, options)) {
        await pause();
        yield event;
      }
    },
  };
}

function methodsOf(store: ResourceStore): ResourceStore {
  return {
    get: (kind, ref, options) => store.get(kind, ref, options),
    list: (kind, scope, options) => store.list(kind, scope, options),
    watch: (kind, scope, options) => store.watch(kind, scope, options),
    create: (kind, resource, options) => store.create(kind, resource, options),
    apply: (kind, resource, options) => store.apply(kind, resource, options),
    delete: (kind, ref, options) => store.delete(kind, ref, options),
  };
}

/** A device that polls, asks again at once, and notes what it has. */
class PollingDevice {
  readonly #fleet: Fleet;
  readonly name: string;
  #reply: PollReply | undefined;
  version = 'none';

  constructor(fleet: Fleet, name: string) {
    this.#fleet = fleet;
    this.name = name;
    void this.#poll();
  }

  async #poll(): Promise<void> {
    const { edgeApi } = this.#fleet.controlPlane;
    for (;;) {
      const tag = this.#reply?.tag;
      const reply = await edgeApi.poll('data', this.name, { tag, waitSeconds: WAIT_SECONDS }).catch(() => undefined);
      if (reply === undefined) return;
      this.#reply = reply;
      if (!reply.isUnchanged) this.version = (reply.message?.content as { version: string }).version;
    }
  }
}

async function change(fleet: Fleet, random: () => number): Promise<void> {
  const one = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
  const dice = random();
  if (dice < 0.45) {
    const target =
      random() < 0.5 ? { device: one(DEVICES) } : { deviceSelector: { matchLabels: { site: one(['n', 's']) } } };
    const data = { paths: [{ source: String(random()), target: 't' }] };
    return fleet.deploy(one(DEPLOYMENTS), { ...target, data }).catch(() => undefined);
  }
  if (dice < 0.6) {
    await fleet.store.delete(EDGE_DEPLOYMENT, { namespace: 'default', name: one(DEPLOYMENTS) });
    return;
  }
  if (dice < 0.75) return fleet.label(one(DEVICES), { site: one(['n', 's', 'w']) });
  return fleet.live(one(DEVICES));
}

test.each(Array.from({ length: 24 }, (_, seed) => seed + 1))(
  "what changes reaches every device that waits, however late the store's news come: seed %d",
  async (seed) => {
    const random = createRandom(seed);
    const clock = createFakeClock();
    const fleet = await startFleet({ clock, storeSeen: (store) => late(store, clock, random) });
    for (const name of DEVICES) await fleet.register(name);
    await clock.advance(10_000);
    const devices = DEVICES.map((name) => new PollingDevice(fleet, name));
    await clock.advance(0);
    const stale: string[] = [];
    for (let n = 0; n < CHANGES; n++) {
      await change(fleet, random);
      await clock.advance(Math.floor(random() * 1_000));
      if (n % 6 !== 5) continue;
      await clock.advance(4 * MAX_LAG_MS + PROMPT_MS);
      for (const { name, version } of devices) {
        const wanted = (await fleet.configuration(name)).version;
        if (version !== wanted) stale.push(`change ${n}: ${name} has ${version}, not ${String(wanted)}`);
      }
    }
    expect(stale).toEqual([]);
    await fleet.stop();
  },
);
