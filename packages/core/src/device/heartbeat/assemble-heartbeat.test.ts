import { describe, expect, test } from 'vitest';
import { heartbeatSchema } from '../../protocol/index.ts';
import { MAX_HEARTBEAT_BYTES, assembleHeartbeat } from './assemble-heartbeat.ts';
import type { HeartbeatFacts } from './assemble-heartbeat.ts';

const assemble = (facts: Partial<HeartbeatFacts>) =>
  assembleHeartbeat({
    nowMs: Date.UTC(2026, 0, 1),
    monotonicMs: 5_000,
    version: undefined,
    workloads: [],
    uploads: new Map(),
    features: [],
    isTroubled: false,
    hardware: undefined,
    events: [],
    ...facts,
  });

test('a device that has nothing to say is up', () => {
  expect(assemble({}).heartbeat).toEqual({ time: '2026-01-01T00:00:00.000Z', status: 'up', workloads: [] });
});

test('everything that there is to say', () => {
  const event = { reason: 'X', message: 'y', type: 'warn' };
  const { heartbeat } = assemble({
    version: '7',
    workloads: [
      { name: 'a', status: 'Running' },
      { name: 'b', status: 'Error', message: 'no image', retryAtMs: 15_000 },
      { name: 'c', status: 'Exited', message: 'exited', retryAtMs: 5_000 },
    ],
    hardware: { hostname: 'h' },
    events: [event],
  });
  expect(heartbeat).toEqual({
    time: '2026-01-01T00:00:00.000Z',
    status: 'degraded',
    version: '7',
    workloads: [
      { name: 'a', status: 'Running' },
      { name: 'b', status: 'Error', message: 'no image', next_retry: '2026-01-01T00:00:10.000Z' },
      { name: 'c', status: 'Exited', message: 'exited' },
    ],
    hardware: { hostname: 'h' },
    events: [event],
  });
  expect(heartbeatSchema.parse(heartbeat)).toMatchObject({ version: '7', status: 'degraded' });
});

test('what of a workload is uploaded, and what the device can take', () => {
  const workloads = ['a', 'b', 'c', 'd'].map((name) => ({ name, status: 'Running' }));
  const problem = { code: 'STORAGE_FULL', message: 'the object store is full', retryAtMs: 15_000 } as const;
  const uploads = new Map([
    ['a', { workload: 'a', pending: { files: 0, bytes: 0 }, lastUploadMs: Date.UTC(2025, 0, 1) }],
    ['b', { workload: 'b', pending: { files: 2, bytes: 7 }, problem }],
    ['c', { workload: 'c', problem: { message: 'no bucket', retryAtMs: 5_000 } }],
    ['gone', { workload: 'gone' }],
  ]);
  const { heartbeat } = assemble({ workloads, uploads, features: ['x'] });
  expect(heartbeat).toMatchObject({ status: 'up', features: ['x'] });
  expect(heartbeat.workloads).toEqual([
    {
      name: 'a',
      status: 'Running',
      last_data_upload: '2025-01-01T00:00:00.000Z',
      upload: { pending_files: 0, pending_bytes: 0 },
    },
    {
      name: 'b',
      status: 'Running',
      upload: {
        pending_files: 2,
        pending_bytes: 7,
        reason: 'STORAGE_FULL',
        message: 'the object store is full',
        next_retry: '2026-01-01T00:00:10.000Z',
      },
    },
    { name: 'c', status: 'Running', upload: { message: 'no bucket' } },
    { name: 'd', status: 'Running' },
  ]);
  expect(heartbeatSchema.parse(heartbeat)).toMatchObject({ features: ['x'] });
});

test('trouble of the device itself is degraded too', () => {
  expect(assemble({ isTroubled: true }).heartbeat.status).toBe('degraded');
});

test('no version is sent before there is one', () => {
  expect(assemble({ version: '' }).heartbeat).not.toHaveProperty('version');
});

describe('a heartbeat that would be too large', () => {
  const large = 'x'.repeat(MAX_HEARTBEAT_BYTES);
  const event = { reason: 'X', message: 'y', type: 'info' };

  test('goes without the hardware', () => {
    const assembled = assemble({ hardware: { hostname: large }, events: [event] });
    expect(assembled).toMatchObject({ hasHardware: false, hasEvents: true, heartbeat: { events: [event] } });
  });

  test('then without the events', () => {
    const assembled = assemble({ hardware: { hostname: 'h' }, events: [{ ...event, message: large }] });
    expect(assembled).toMatchObject({ hasHardware: false, hasEvents: false, heartbeat: { status: 'up' } });
  });

  test('is measured in bytes, with everything in it', () => {
    const room = MAX_HEARTBEAT_BYTES - JSON.stringify(assemble({ hardware: { hostname: '' } }).heartbeat).length;
    expect(assemble({ hardware: { hostname: 'x'.repeat(room) } }).hasHardware).toBe(true);
    expect(assemble({ hardware: { hostname: 'x'.repeat(room + 1) } }).hasHardware).toBe(false);
    expect(assemble({ hardware: { hostname: 'ä'.repeat(room - 10) } }).hasHardware).toBe(false);
  });
});
