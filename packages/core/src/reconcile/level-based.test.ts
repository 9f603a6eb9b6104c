import { expect, test } from 'vitest';
import type { Clock, ResourceStore, WatchEvent } from '../ports/index.ts';
import { CONFIG_MAP, resourceKey } from '../resources/index.ts';
import type { ConfigMapResource } from '../resources/index.ts';
import { createDiscardMetrics, createFakeClock, createMemoryLogger } from '../testing/index.ts';
import { createController } from './create-controller.ts';
import { createInformer } from './create-informer.ts';

function configMap(name: string, version: number): ConfigMapResource {
  const metadata = { namespace: 'ns', name, uid: name, resourceVersion: String(version) };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { version: String(version) } };
}

/** Informer, handler, queue and controller together, on a clock whose wall side nobody may ask. */
function start(items: readonly ConfigMapResource[], changes: readonly WatchEvent<ConfigMapResource>[]) {
  const fake = createFakeClock();
  const nowMs = (): never => {
    throw new Error('durations are measured with the monotonic clock');
  };
  const clock: Clock = { ...fake, nowMs };
  const store: Pick<ResourceStore, 'list' | 'watch'> = {
    list: async (kind) => ({ items: items.map((item) => kind.admit(item)), resourceVersion: '0' }),
    async *watch(kind) {
      await new Promise<void>((resolve) => void fake.schedule(1_000, resolve));
      for (const change of changes) {
        if (change.type !== 'bookmark') yield { ...change, resource: kind.admit(change.resource) };
      }
      await new Promise(() => undefined);
    },
  };
  const logger = createMemoryLogger();
  const common = { clock, logger, metrics: createDiscardMetrics() };
  const informer = createInformer({ ...common, store, kind: CONFIG_MAP, scope: {} });
  const passes = new Map<string, (string | undefined)[]>();
  const reconcile = async (key: string): Promise<void> => {
    const name = key.slice(3);
    const found = informer.get({ namespace: 'ns', name });
    passes.set(name, [...(passes.get(name) ?? []), found?.metadata.resourceVersion]);
    await new Promise<void>((resolve) => void fake.schedule(50, resolve));
  };
  const controller = createController({ ...common, name: 'test', reconcile });
  informer.onChange((previous, current) => {
    const changed = current ?? previous;
    if (changed !== undefined) controller.enqueue(resourceKey(changed.metadata));
  });
  const { signal } = new AbortController();
  void informer.run({ signal });
  void controller.run({ signal });
  return { clock: fake, passes, logger };
}

test('a storm of changes ends in few passes, the last of which sees the last state', async () => {
  const storm = Array.from({ length: 10_000 }, (_, index) => ({
    type: 'modified' as const,
    resource: configMap(`map-${index % 4}`, index + 1),
  }));
  const { clock, passes, logger } = start(
    [0, 1, 2, 3].map((index) => configMap(`map-${index}`, 0)),
    storm,
  );
  await clock.advance(10_000);
  expect(passes.size).toBe(4);
  for (const [name, seen] of passes) {
    expect(seen.length).toBeLessThanOrEqual(3);
    expect(seen.at(-1)).toBe(String(9_997 + Number(name.slice(4))));
  }
  expect(logger.lines).toEqual([]);
});

test('what came and went between two passes is one pass that finds nothing', async () => {
  const { clock, passes } = start(
    [],
    [
      { type: 'added', resource: configMap('brief', 1) },
      { type: 'deleted', resource: configMap('brief', 2) },
    ],
  );
  await clock.advance(2_000);
  expect(passes.get('brief')?.at(-1)).toBeUndefined();
  expect(passes.get('brief')?.length).toBeLessThanOrEqual(2);
});
