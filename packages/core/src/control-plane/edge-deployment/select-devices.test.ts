import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DeviceSelector, EdgeDeployment, EdgeDevice } from '../../resources/index.ts';
import { matchSelector } from './match-selector.ts';
import { deploymentTerms, deviceTerms, isDeployedTo } from './select-devices.ts';

const device = (name: string, labels: Record<string, string>, namespace = 'default'): EdgeDevice => ({
  apiVersion: 'management.k4e.io/v1alpha1',
  kind: 'EdgeDevice',
  metadata: { name, namespace, labels },
});

const deployment = (spec: Partial<EdgeDeployment['spec']>, namespace = 'default'): EdgeDeployment => ({
  apiVersion: 'management.k4e.io/v1alpha1',
  kind: 'EdgeDeployment',
  metadata: { name: 'web', namespace },
  spec: { type: 'pod', pod: { spec: { containers: [{ name: 'web', image: 'localhost/web:1' }] } }, ...spec },
});

describe('a selector', () => {
  const labels = { app: 'web', site: 'berlin' };
  test.each<[string, DeviceSelector, boolean]>([
    ['empty', {}, true],
    ['matchLabels that agree', { matchLabels: { app: 'web', site: 'berlin' } }, true],
    ['matchLabels with one that differs', { matchLabels: { app: 'web', site: 'rome' } }, false],
    ['In', { matchExpressions: [{ key: 'site', operator: 'In', values: ['rome', 'berlin'] }] }, true],
    ['In without the label', { matchExpressions: [{ key: 'rack', operator: 'In', values: ['1'] }] }, false],
    ['NotIn', { matchExpressions: [{ key: 'site', operator: 'NotIn', values: ['berlin'] }] }, false],
    ['NotIn without the label', { matchExpressions: [{ key: 'rack', operator: 'NotIn', values: ['1'] }] }, true],
    ['Exists', { matchExpressions: [{ key: 'site', operator: 'Exists' }] }, true],
    ['DoesNotExist', { matchExpressions: [{ key: 'site', operator: 'DoesNotExist' }] }, false],
    [
      'labels and expressions together',
      { matchLabels: { app: 'web' }, matchExpressions: [{ key: 'rack', operator: 'Exists' }] },
      false,
    ],
    ['a key that every object inherits', { matchExpressions: [{ key: 'constructor', operator: 'Exists' }] }, false],
  ])('%s', (_name, selector, matches) => {
    expect(matchSelector(selector, labels)).toBe(matches);
  });
});

test('the name wins over the selector', () => {
  const both = deployment({ device: 'dev-1', deviceSelector: { matchLabels: { app: 'web' } } });
  expect(isDeployedTo(both, device('dev-1', {}))).toBe(true);
  expect(isDeployedTo(both, device('dev-2', { app: 'web' }))).toBe(false);
});

test('with neither name nor selector it is for no device', () => {
  expect(isDeployedTo(deployment({}), device('dev-1', {}))).toBe(false);
  expect(deploymentTerms(deployment({}))).toEqual([]);
});

test('only devices of the same namespace match', () => {
  expect(isDeployedTo(deployment({ deviceSelector: {} }, 'a'), device('dev-1', {}, 'b'))).toBe(false);
});

const word = fc.constantFrom('a', 'b', 'c');
const labelsArbitrary = fc.dictionary(word, word, { maxKeys: 3 });
const requirement = fc.oneof(
  fc.record({
    key: word,
    operator: fc.constantFrom('In' as const, 'NotIn' as const),
    values: fc.array(word, { minLength: 1, maxLength: 3 }),
  }),
  fc.record({ key: word, operator: fc.constantFrom('Exists' as const, 'DoesNotExist' as const) }),
);
const selectorArbitrary = fc.record(
  { matchLabels: labelsArbitrary, matchExpressions: fc.array(requirement, { maxLength: 3 }) },
  { requiredKeys: [] },
);
const specArbitrary = fc.record(
  { device: fc.constantFrom('dev-a', 'dev-b'), deviceSelector: selectorArbitrary },
  { requiredKeys: [] },
);

test('a deployment that is for a device always shares a term with it', () => {
  fc.assert(
    fc.property(specArbitrary, labelsArbitrary, fc.constantFrom('dev-a', 'dev-b'), (spec, labels, name) => {
      const candidate = deployment(spec);
      const target = device(name, labels);
      const shares = deploymentTerms(candidate).some((term) => deviceTerms(target).includes(term));
      return shares || !isDeployedTo(candidate, target);
    }),
    { numRuns: 2_000 },
  );
});
