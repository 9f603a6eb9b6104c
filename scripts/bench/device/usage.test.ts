import { expect, test } from 'vitest';
import { UNITS, costOf, readUsage, writtenKibPerHour } from './usage.ts';

/** As the device says it `elapsed` seconds after `100`, with a unit that uses all in proportion. */
const said = (elapsed: number): string =>
  [
    `uptime ${String(100 + elapsed)}.00`,
    `sectors ${String(2 * elapsed)}`,
    ...UNITS.flatMap((unit) => [
      `${unit}.rssKib 2048`,
      `${unit}.anonKib 1024`,
      `${unit}.cpuMicroseconds ${String(5_000 * elapsed)}`,
      `${unit}.writtenBytes ${String(512 * elapsed)}`,
      `${unit}.sleeps ${String(3 * elapsed)}`,
    ]),
  ].join('\n');

test('a cost is what was used between two moments, by the time that the device itself counted', () => {
  const [before, after] = [readUsage(said(0)), readUsage(said(600))];
  expect(costOf('podman', before, after)).toEqual({
    rssMiB: 2,
    anonMiB: 1,
    cpuSecondsPerHour: 18,
    writtenKibPerHour: 1_800,
    wakeUpsPerSecond: 3,
  });
  expect(writtenKibPerHour(before, after)).toBe(3_600);
});

test.each([
  ['a line is missing', said(1).replace('podman.sleeps 3\n', '')],
  ['a figure is missing', said(1).replace('podman.sleeps 3', 'podman.sleeps ')],
])('nothing is made up when %s', (_what, text) => {
  expect(() => readUsage(text)).toThrow('podman.sleeps');
});
