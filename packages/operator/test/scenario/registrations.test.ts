import { EDGE_DEVICE } from '@k4e/core/resources';
import { expect, test } from 'vitest';
import { startFleet } from './fleet.ts';

/** As `NEW_DEVICE_RATE` says. */
const BURST = 1_000;

test('a flood of invented devices is slowed down, known devices are not in its way', async () => {
  const fleet = await startFleet();
  await fleet.register('dev-known');
  await fleet.clock.advance(10_000);
  for (let index = 0; index < BURST; index++) await fleet.register(`dev-${String(index)}`);
  await expect(fleet.register('dev-one-more')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  await fleet.register('dev-known');
  await fleet.clock.advance(1_000);
  await fleet.register('dev-one-more');
  expect((await fleet.store.list(EDGE_DEVICE, {})).items).toHaveLength(BURST + 2);
  await fleet.stop();
}, 60_000);
