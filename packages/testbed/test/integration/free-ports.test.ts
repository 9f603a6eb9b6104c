import { expect, it } from 'vitest';

import { claim, freePorts } from '../../src/processes/index.ts';

const MANY = 500;

it("a name is one claimant's", async () => {
  expect(await claim('test-of-claims')).toBe(true);
  expect(await claim('test-of-claims')).toBe(false);
  expect(await claim('test-of-claims-2')).toBe(true);
});

it('no port is given twice, though nobody listens on it yet', async () => {
  const ports: number[] = [];
  while (ports.length < MANY) ports.push(...(await freePorts(1)));
  expect(new Set(ports).size).toBe(MANY);
});
