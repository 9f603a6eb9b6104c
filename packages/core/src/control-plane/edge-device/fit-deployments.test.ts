import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAX_DEVICE_DEPLOYMENTS } from '../../resources/index.ts';
import type { DeviceDeployment, EdgeDeployment } from '../../resources/index.ts';
import { MAX_WORKLOADS_BYTES, fitDeployments } from './fit-deployments.ts';
import { sampleDeployment, sampleEntry, sampleTime } from './samples.testing.ts';

const numbered = (count: number, prefix = 'w'): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${String(index).padStart(3, '0')}`);
const LETTERS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
const deployments = (names: readonly string[]): EdgeDeployment[] => names.map((name) => sampleDeployment(name));
const namesOf = (list: readonly EdgeDeployment[]): string[] => list.map(({ metadata }) => metadata.name);
const fit = (
  names: readonly string[],
  entries: readonly DeviceDeployment[] = [],
  sizes: Record<string, number> = {},
) => {
  const { fitting, leftOut } = fitDeployments(deployments(names), entries, ({ metadata }) => sizes[metadata.name] ?? 1);
  return { fitting: namesOf(fitting), leftOut };
};

test('as many as a device has entries for are taken, by name; the next one is left out', () => {
  const names = numbered(MAX_DEVICE_DEPLOYMENTS);
  expect(fit([...names].reverse())).toEqual({ fitting: names, leftOut: [] });
  expect(fit(['w999', ...names])).toEqual({ fitting: names, leftOut: ['w999'] });
});

test('those that the device has stay, though others come before them by name', () => {
  const held = numbered(MAX_DEVICE_DEPLOYMENTS);
  const entries = held.map((name) => sampleEntry(name));
  expect(fit(['a', ...held], entries)).toEqual({ fitting: held, leftOut: ['a'] });
  expect(fit(['a', 'z'], [sampleEntry('z')], { z: MAX_WORKLOADS_BYTES })).toEqual({ fitting: ['z'], leftOut: ['a'] });
});

test('entries that are on their way out keep their place, and can be taken back', () => {
  const names = numbered(MAX_DEVICE_DEPLOYMENTS);
  const entries = names.map((name) => sampleEntry(name, { withdrawnTime: sampleTime() }));
  expect(fit(['new', 'w001'], entries)).toEqual({ fitting: ['w001'], leftOut: ['new'] });
  expect(fit(['new'], entries.slice(1))).toEqual({ fitting: ['new'], leftOut: [] });
});

test('bytes are taken to the last one; what is too large keeps nothing smaller out', () => {
  const sizes = { a: MAX_WORKLOADS_BYTES - 1, b: 2, c: 1 };
  expect(fit(['a', 'b', 'c'], [], sizes)).toEqual({ fitting: ['a', 'c'], leftOut: ['b'] });
  expect(fit(['a', 'b'], [sampleEntry('a')], { a: MAX_WORKLOADS_BYTES + 1 })).toEqual({
    fitting: ['b'],
    leftOut: ['a'],
  });
});

test('once the choice is written, it is chosen again, and it is what is carried', () => {
  const sizes = fc.dictionary(fc.constantFrom(...LETTERS), fc.integer({ min: 1, max: MAX_WORKLOADS_BYTES }));
  fc.assert(
    fc.property(sizes, fc.subarray(LETTERS), (sizeOf, had) => {
      const names = Object.keys(sizeOf);
      const first = fit(
        names,
        had.map((name) => sampleEntry(name)),
        sizeOf,
      );
      const entries = first.fitting.map((name) => sampleEntry(name));
      const withdrawn = had
        .filter((name) => !first.fitting.includes(name))
        .map((name) => sampleEntry(name, { withdrawnTime: sampleTime() }));
      const again = fit(names, [...entries, ...withdrawn], sizeOf);
      expect(again.fitting.toSorted()).toEqual(first.fitting.toSorted());
      expect(fit(first.fitting, [...entries, ...withdrawn], sizeOf).fitting.toSorted()).toEqual(
        again.fitting.toSorted(),
      );
    }),
  );
});
