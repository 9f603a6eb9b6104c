import { expect, test } from 'vitest';
import { endpointPath } from './paths.ts';

test('the four endpoints (wire)', () => {
  expect(endpointPath('data', 'd1', 'in')).toBe('/api/k4e-management/v1/data/d1/in');
  expect(endpointPath('control', 'd1', 'out')).toBe('/api/k4e-management/v1/control/d1/out');
});

test('an id cannot leave its place in the path', () => {
  expect(endpointPath('data', 'a/../b?c#d', 'in')).toBe('/api/k4e-management/v1/data/a%2F..%2Fb%3Fc%23d/in');
});
