import { createMemoryLogger } from '@k4e/core/testing';
import { expect, test } from 'vitest';
import { createNoFirewall } from './no-firewall.ts';

test('says once that ports are not opened, and not before there are any', async () => {
  const logger = createMemoryLogger();
  const firewall = createNoFirewall({ logger });
  await firewall.apply([]);
  expect(logger.lines).toEqual([]);
  await firewall.apply([{ port: 80, protocol: 'tcp', workload: 'web' }]);
  await firewall.apply([{ port: 81, protocol: 'tcp', workload: 'web' }]);
  expect(logger.lines).toHaveLength(1);
});
