import { EDGE_DEVICE } from '@k4e/core/resources';
import type { DeepPartial, DeviceDeployment } from '@k4e/core/resources';
import { describe, expect, test } from 'vitest';
import { seededRandom } from './random.ts';
import type { Current } from './store-under-test.ts';
import { moment } from './samples.ts';

/** Rounds of the test; in each, both writers write at the same time. */
const ROUNDS = 1_000;
const SEED = 20_260_101;
const NAMES = ['app', 'cache', 'db', 'gateway', 'probe'];

type Applied = ReadonlyMap<string, Readonly<Record<string, string>>>;

/** A random choice of items, each with the fields of one writer. */
function choose(random: () => number, fields: () => Readonly<Record<string, string>>): Applied {
  const picked = NAMES.filter(() => random() < 0.6).sort(() => random() - 0.5);
  return new Map(picked.map((name) => [name, fields()]));
}

function toItems(applied: Applied): readonly DeepPartial<DeviceDeployment>[] {
  return [...applied].map(([name, fields]) => ({ ...fields, name }));
}

/** What must be there after both have written, by name. */
function expected(heartbeat: Applied, controller: Applied): Readonly<Record<string, unknown>> {
  const names = NAMES.filter((name) => heartbeat.has(name) || controller.has(name));
  return Object.fromEntries(
    names.map((name) => [name, { name, phase: 'Deploying', ...controller.get(name), ...heartbeat.get(name) }]),
  );
}

/** Two writers that know nothing of each other lose nothing. */
export function describeInterleavings(subject: Current): void {
  describe('two writers of one status', () => {
    test(`lose nothing of each other's in ${ROUNDS} rounds (seed ${SEED})`, async () => {
      const { store, ref } = subject();
      const target = ref();
      const random = seededRandom(SEED);
      await store.create(EDGE_DEVICE, { metadata: target });
      const write = (owner: string, status: object) =>
        store.apply(EDGE_DEVICE, { metadata: target, status }, { owner, subresource: 'status' });
      for (let round = 0; round < ROUNDS; round++) {
        const heartbeat = choose(random, () =>
          random() < 0.7
            ? { phase: ['Running', 'Exited', 'Error'][Math.floor(random() * 3)] ?? '', message: `round ${round}` }
            : { lastDataUpload: moment(round) },
        );
        const controller = choose(random, () =>
          random() < 0.8 ? { assignedTime: moment(round) } : { withdrawnTime: moment(round) },
        );
        const writes = [
          () => write('heartbeat', { reportedPhase: `r${round}`, deployments: toItems(heartbeat) }),
          () => write('controller', { configurationVersion: `v${round}`, deployments: toItems(controller) }),
        ];
        if (random() < 0.5) writes.reverse();
        if (random() < 0.5) await Promise.all(writes.map((go) => go()));
        else for (const go of writes) await go();
        const status = (await store.get(EDGE_DEVICE, target))?.status;
        const deployments = status?.deployments ?? [];
        expect(Object.fromEntries(deployments.map((item) => [item.name, item])), `round ${round}`).toEqual(
          expected(heartbeat, controller),
        );
        expect(deployments).toHaveLength(new Set(deployments.map(({ name }) => name)).size);
        expect(status).toMatchObject({ reportedPhase: `r${round}`, configurationVersion: `v${round}` });
      }
    }, 300_000);
  });
}
