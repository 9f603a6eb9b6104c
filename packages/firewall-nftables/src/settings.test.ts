import { expect, test } from 'vitest';
import { resolveSettings } from './settings.ts';

test('what is not said has defaults: nothing is closed, and the device stays reachable', () => {
  expect(resolveSettings({})).toEqual({
    table: 'k4e',
    policy: 'accept',
    keepOpen: [{ port: 22, protocol: 'tcp' }],
    containerInterfaces: ['podman*', 'cni-podman*'],
    mark: 0x1000_0000,
  });
});

test.each(['k4e', 'k4e_2', `k4e${'x'.repeat(27)}`])('%s may be our table', (table) => {
  expect(resolveSettings({ table }).table).toBe(table);
});

test.each(['', 'filter', 'firewalld', 'k4e;', 'k4e x', 'k4e\n', 'K4E', `k4e${'x'.repeat(28)}`])(
  'the table name %j is refused: it could be somebody else’s, or more than a name',
  (table) => {
    expect(() => resolveSettings({ table })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', subject: table }),
    );
  },
);

test.each(['eth0', 'br-lan', 'podman*', 'eth0.100', 'abcdefghijklmno'])('%s is an interface', (name) => {
  expect(resolveSettings({ containerInterfaces: [name] }).containerInterfaces).toEqual([name]);
});

test.each(['', '*', 'a*b', 'eth0" accept', 'eth 0', 'abcdefghijklmnop', 'eth0\n'])('%j is not', (name) => {
  const settings = { containerInterfaces: [name] };
  expect(() => resolveSettings(settings)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', subject: name }));
});

test.each([1, 0x8000_0000])('the mark %d is one bit', (mark) => {
  expect(resolveSettings({ mark }).mark).toBe(mark);
});

test.each([0, -1, 3, 0.5, 2 ** 32, Number.NaN])('the mark %d is not', (mark) => {
  expect(() => resolveSettings({ mark })).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
});

test('a port to keep open must be one', () => {
  expect(() => resolveSettings({ keepOpen: [{ port: 0, protocol: 'tcp' }] })).toThrow(
    expect.objectContaining({ code: 'INVALID_INPUT', subject: 'keepOpen' }),
  );
});
