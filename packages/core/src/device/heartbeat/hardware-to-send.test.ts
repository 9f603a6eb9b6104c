import { expect, test } from 'vitest';
import { hardwareToSend } from './hardware-to-send.ts';

const hardware = { hostname: 'h', memory: { usable_bytes: 7 }, disks: [{ name: 'sda' }] };

test('all of it, when all is asked for', () => {
  expect(hardwareToSend(hardware, hardware, 'full')).toEqual(hardware);
});

test('all of it, when the control plane knows nothing yet', () => {
  expect(hardwareToSend(hardware, undefined, 'delta')).toEqual(hardware);
});

test('what changed: whole parts', () => {
  const now = { ...hardware, hostname: 'g', disks: [{ name: 'sda' }, { name: 'sdb' }] };
  expect(hardwareToSend(now, hardware, 'delta')).toEqual({ hostname: 'g', disks: [{ name: 'sda' }, { name: 'sdb' }] });
});

test('nothing, when nothing changed, whatever the order of members', () => {
  const same = { disks: [{ name: 'sda' }], memory: { usable_bytes: 7 }, hostname: 'h' };
  expect(hardwareToSend(same, hardware, 'delta')).toBeUndefined();
});

test('a list that has gone, as empty', () => {
  expect(hardwareToSend({ hostname: 'h', memory: { usable_bytes: 7 } }, hardware, 'delta')).toEqual({ disks: [] });
});
