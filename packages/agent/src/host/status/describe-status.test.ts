import type { DeviceStatus } from '@k4e/core/device';
import { expect, test } from 'vitest';
import { describeStatus } from './describe-status.ts';
import { MAX_STATUS_FILE_BYTES } from './read-status-file.ts';
import {
  MAX_LISTED_ADDRESSES,
  MAX_LISTED_WORKLOADS,
  MAX_STATUS_MESSAGE,
  MAX_STATUS_NAME,
  statusFileSchema,
} from './status-file-schema.ts';

const STATUS: DeviceStatus = {
  link: { state: 'waiting', cause: 'ECONNREFUSED', sinceMs: 40_000 },
  appliedVersion: 'v1',
  workloads: [
    { name: 'old', status: 'Running', isWanted: false },
    { name: 'db', status: 'Error', message: 'no such image', isWanted: true },
    { name: 'web', status: 'Running', isWanted: true },
  ],
  troubles: [{ part: 'firewall', message: 'nft: not found' }],
  lastFault: { message: 'workload db: no such image', sinceMs: 70_000 },
};
const FACTS = {
  ...{ deviceId: 'edge-1', controlPlaneUrl: 'http://k4e.example:8888/', agentVersion: '1.2.3' },
  process: { pid: 7, startTime: '123', bootId: 'b00t' },
  status: STATUS,
  addresses: [{ interface: 'eth0', address: '192.0.2.7' }],
  ...{ nowMs: Date.UTC(2026, 0, 1, 12), monotonicMs: 100_000 },
};

test('it says what there is to know, by the clock on the wall', () => {
  const described = describeStatus(FACTS);
  expect(described).toEqual({
    time: '2026-01-01T12:00:00.000Z',
    deviceId: 'edge-1',
    agent: { version: '1.2.3', pid: 7, startTime: '123', bootId: 'b00t' },
    controlPlane: {
      ...{ url: 'http://k4e.example:8888', state: 'waiting', cause: 'ECONNREFUSED' },
      since: '2026-01-01T11:59:00.000Z',
    },
    addresses: [{ interface: 'eth0', address: '192.0.2.7' }],
    configuration: { version: 'v1' },
    workloads: {
      ...{ wanted: 2, running: 1 },
      list: [
        { name: 'db', phase: 'Error', isWanted: true, reason: 'no such image' },
        { name: 'web', phase: 'Running', isWanted: true },
        { name: 'old', phase: 'Running', isWanted: false },
      ],
    },
    troubles: [{ part: 'firewall', message: 'nft: not found' }],
    lastError: { message: 'workload db: no such image', since: '2026-01-01T11:59:30.000Z' },
  });
  expect(statusFileSchema.parse(described)).toEqual(described);
});

test('a device that knows nothing yet says so', () => {
  const status: DeviceStatus = {
    ...{ link: { state: 'unknown', sinceMs: 0 }, appliedVersion: undefined },
    ...{ workloads: [], troubles: [], lastFault: undefined },
  };
  const described = describeStatus({ ...FACTS, status, controlPlaneUrl: undefined, addresses: [] });
  expect(described).not.toHaveProperty('lastError');
  expect([described.controlPlane.url, described.configuration, described.workloads.wanted]).toEqual([undefined, {}, 0]);
  expect(statusFileSchema.parse(described)).toEqual(described);
});

test.each([
  ['http://user:secret@k4e.example:8888', 'http://k4e.example:8888'],
  ['https://k4e.example/path?token=secret#secret', 'https://k4e.example/path'],
  ['no url', undefined],
])('of the URL %s nothing is told but where it leads', (controlPlaneUrl, url) => {
  expect(describeStatus({ ...FACTS, controlPlaneUrl }).controlPlane.url).toBe(url);
});

test('the most that there can be is within the bounds, and what is wanted comes first', () => {
  const text = '€"\u0007'.repeat(2_000);
  const workloads = Array.from({ length: 2 * MAX_LISTED_WORKLOADS }, (_none, index) => ({
    ...{ name: `${index}-${text}`, status: text, message: text },
    isWanted: index >= MAX_LISTED_WORKLOADS,
  }));
  const addresses = Array.from({ length: 100 }, () => ({ interface: text, address: text }));
  const troubles = (['runtime', 'configuration', 'firewall', 'uploads'] as const).map((part) => ({
    ...{ part, message: text },
  }));
  const status: DeviceStatus = {
    ...{ link: { state: 'waiting', cause: text, sinceMs: 0 }, appliedVersion: text },
    ...{ workloads, troubles, lastFault: { message: text, sinceMs: 0 } },
  };
  const described = describeStatus({ ...FACTS, status, addresses });
  expect(statusFileSchema.parse(described)).toEqual(described);
  const { wanted, running, list } = described.workloads;
  expect([wanted, running, list.length]).toEqual([MAX_LISTED_WORKLOADS, 0, MAX_LISTED_WORKLOADS]);
  expect(list.every(({ isWanted }) => isWanted)).toBe(true);
  expect([list[0]?.name.length, list[0]?.reason?.length]).toEqual([MAX_STATUS_NAME, MAX_STATUS_MESSAGE]);
  expect(described.addresses.length).toBe(MAX_LISTED_ADDRESSES);
  expect(Buffer.byteLength(JSON.stringify(described))).toBeLessThan(MAX_STATUS_FILE_BYTES);
});
