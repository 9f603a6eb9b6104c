import { expect, test } from 'vitest';
import { freeBytesOf, isBootDevice, isDataPartition, parseBlockDevices } from './block-devices.ts';

const LISTED = JSON.stringify({
  blockdevices: [
    {
      ...{
        path: '/dev/vda',
        type: 'disk',
        size: 4_294_967_296,
        start: null,
        ro: false,
        rm: false,
        mountpoints: [null],
      },
      ...{ fstype: null, label: null, partlabel: null, parttype: null, partuuid: null },
      children: [
        {
          ...{ path: '/dev/vda1', type: 'part', size: 1_073_741_824, start: 2_048, ro: false, rm: false },
          ...{
            mountpoints: ['/'],
            fstype: 'squashfs',
            label: null,
            partlabel: 'k4e-root',
            parttype: 'x',
            partuuid: 'a-b',
          },
        },
        {
          ...{ path: '/dev/vda2', type: 'part', size: 1_073_741_824, start: 2_099_200, ro: false, rm: false },
          ...{ mountpoints: [null], fstype: 'ext4', label: null, partlabel: 'k4e-data', partuuid: 'c-d' },
          parttype: '7AD0CD1E-5b0a-4c27-9d8e-6b34652d6461',
        },
      ],
    },
  ],
});

test('what lsblk lists is read: sizes and places in bytes, what is not there as undefined', () => {
  const [disk] = parseBlockDevices(LISTED);
  expect(disk).toMatchObject({ path: '/dev/vda', startBytes: 0, mountpoints: [], fsType: undefined });
  expect(disk?.children).toMatchObject([
    { path: '/dev/vda1', startBytes: 1_048_576, mountpoints: ['/'], fsType: 'squashfs', children: [] },
    { path: '/dev/vda2', partLabel: 'k4e-data', partUuid: 'c-d' },
  ]);
  expect(disk?.children.map(isDataPartition)).toEqual([false, true]);
  expect(disk === undefined ? false : isBootDevice(disk)).toBe(true);
  expect(disk === undefined ? 0 : freeBytesOf(disk)).toBe(4_294_967_296 - 2_099_200 * 512 - 1_073_741_824);
});

test('what is no listing is refused', () => {
  expect(() => parseBlockDevices('{}')).toThrow();
});
