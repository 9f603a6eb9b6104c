import { describe, expect, test } from 'vitest';
import { heartbeatSchema } from '../../protocol/index.ts';
import type { Heartbeat } from '../../protocol/index.ts';
import type { EdgeDeviceStatus } from '../../resources/index.ts';
import { LIVENESS_STAMP_INTERVAL_MS, applyHeartbeat } from './apply-heartbeat.ts';
import { SAMPLE_NOW_MS, sampleDevice, sampleEntry, sampleTime } from './samples.testing.ts';

const beat = (heartbeat: Heartbeat = {}) => heartbeatSchema.parse({ status: 'up', version: 'v1', ...heartbeat });
const alive: EdgeDeviceStatus = {
  phase: 'up',
  reportedPhase: 'up',
  lastSyncedResourceVersion: 'v1',
  lastSeenTime: sampleTime(-10),
};

describe('what is written', () => {
  test('the first heartbeat stamps the device', () => {
    expect(applyHeartbeat(sampleDevice(), beat(), SAMPLE_NOW_MS)).toEqual({
      reportedPhase: 'up',
      lastSyncedResourceVersion: 'v1',
      lastSeenTime: sampleTime(),
      deployments: [],
    });
  });

  test('a heartbeat that changes nothing writes nothing, until the stamp is due', () => {
    const device = sampleDevice({ ...alive, deployments: [sampleEntry('web')] });
    const heartbeat = beat({ workloads: [{ name: 'web', status: 'Running' }] });
    expect(applyHeartbeat(device, heartbeat, SAMPLE_NOW_MS)).toBeUndefined();
    const dueMs = Date.parse(sampleTime(-10)) + LIVENESS_STAMP_INTERVAL_MS;
    expect(applyHeartbeat(device, heartbeat, dueMs - 1)).toBeUndefined();
    expect(applyHeartbeat(device, heartbeat, dueMs)?.lastSeenTime).toBe(new Date(dueMs).toISOString());
  });

  test.each(['unreachable', 'registered'])('a device that counts as %s is stamped at once', (phase) => {
    expect(applyHeartbeat(sampleDevice({ ...alive, phase }), beat(), SAMPLE_NOW_MS)?.lastSeenTime).toBe(sampleTime());
  });
});

describe('workloads', () => {
  test('a new phase moves the transition time, the same one does not', () => {
    const device = sampleDevice({ ...alive, deployments: [sampleEntry('a'), sampleEntry('b')] });
    const workloads = [
      { name: 'a', status: 'Exited', message: 'exit code 1', next_retry: sampleTime(10) },
      { name: 'b', status: 'Running' },
    ];
    expect(applyHeartbeat(device, beat({ workloads }), SAMPLE_NOW_MS)?.deployments).toEqual([
      {
        name: 'a',
        phase: 'Exited',
        lastTransitionTime: sampleTime(),
        message: 'exit code 1',
        nextRetryTime: sampleTime(10),
      },
      { name: 'b', phase: 'Running', lastTransitionTime: sampleTime(-30) },
    ]);
  });

  test('times of a device whose clock is wrong are told by our clock', () => {
    const device = sampleDevice({ ...alive, deployments: [sampleEntry('a')] });
    const [twoDaysS, uploaded, retry] = [172_800, -5, 10];
    const workloads = [
      {
        name: 'a',
        status: 'Exited',
        last_data_upload: sampleTime(twoDaysS + uploaded),
        next_retry: sampleTime(twoDaysS + retry),
        upload: { reason: 'STORAGE_DENIED', next_retry: sampleTime(twoDaysS + retry) },
      },
    ];
    expect(
      applyHeartbeat(device, beat({ time: sampleTime(twoDaysS), workloads }), SAMPLE_NOW_MS)?.deployments,
    ).toMatchObject([
      {
        lastDataUpload: sampleTime(uploaded),
        nextRetryTime: sampleTime(retry),
        upload: { nextRetryTime: sampleTime(retry) },
      },
    ]);
  });

  test('a wrong clock is no reason to write again what was written', () => {
    const shown = { phase: 'Exited', message: 'exit code 1', nextRetryTime: sampleTime(90) };
    const device = sampleDevice({ ...alive, deployments: [sampleEntry('a', shown)] });
    const workloads = [{ name: 'a', status: 'Exited', message: 'exit code 1', next_retry: '1970-01-02T00:01:30.000Z' }];
    const heartbeat = beat({ time: '1970-01-02T00:00:00.000Z', workloads });
    expect(applyHeartbeat(device, heartbeat, SAMPLE_NOW_MS + 700)).toBeUndefined();
    expect(applyHeartbeat(device, heartbeat, SAMPLE_NOW_MS + 30_000)).toBeDefined();
  });

  test('what the device should not have is ignored, what it does not report stays', () => {
    const device = sampleDevice({
      ...alive,
      lastSeenTime: sampleTime(-400),
      deployments: [sampleEntry('a', { message: 'old' })],
    });
    const after = applyHeartbeat(device, beat({ workloads: [{ name: 'stranger', status: 'Running' }] }), SAMPLE_NOW_MS);
    expect(after?.deployments).toEqual([
      { name: 'a', phase: 'Running', lastTransitionTime: sampleTime(-30), message: 'old' },
    ]);
  });

  test('an entry that the controller has let go of is not kept alive', () => {
    const device = sampleDevice({
      ...alive,
      deployments: [{ name: 'gone', phase: 'Running', lastTransitionTime: sampleTime(-30) }],
    });
    const workloads = [{ name: 'gone', status: 'Running', last_data_upload: sampleTime() }];
    expect(
      applyHeartbeat(
        sampleDevice({ ...device.status, lastSeenTime: sampleTime(-400) }),
        beat({ workloads }),
        SAMPLE_NOW_MS,
      )?.deployments,
    ).toEqual([]);
  });

  test('an upload time that is not set does not erase the one before', () => {
    const device = sampleDevice({
      ...alive,
      phase: 'unreachable',
      deployments: [sampleEntry('a', { lastDataUpload: sampleTime(-20) })],
    });
    const workloads = [{ name: 'a', status: 'Running', last_data_upload: '0001-01-01T00:00:00.000Z' }];
    expect(applyHeartbeat(device, beat({ workloads }), SAMPLE_NOW_MS)?.deployments[0]?.lastDataUpload).toBe(
      sampleTime(-20),
    );
  });
});

describe('hardware', () => {
  const known = { hostname: 'old', disks: [{ name: 'sda' }], cpu: { count: 4 } };
  test('is replaced when all of it is sent', () => {
    const after = applyHeartbeat(
      sampleDevice({ ...alive, hardware: known }),
      beat({ hardware: { hostname: 'new' } }),
      SAMPLE_NOW_MS,
    );
    expect(after?.hardware).toEqual({ hostname: 'new' });
  });

  test('is merged when only what changed is sent', () => {
    const device = {
      ...sampleDevice({ ...alive, hardware: known }),
      spec: { heartbeat: { periodSeconds: 60, hardwareProfile: { include: true, scope: 'delta' as const } } },
    };
    expect(
      applyHeartbeat(device, beat({ hardware: { hostname: 'new', disks: null } }), SAMPLE_NOW_MS)?.hardware,
    ).toEqual({ ...known, hostname: 'new' });
    expect(applyHeartbeat(device, beat({ hardware: { disks: [] } }), SAMPLE_NOW_MS)?.hardware).toEqual({
      ...known,
      disks: [],
    });
  });

  test('has camelCase names and the frequency as text', () => {
    const hardware = {
      cpu: { frequency: 3_400, model_name: 'x' },
      disks: [{ io_perf: { sync_duration: 3 }, is_installation_media: true }],
    };
    expect(applyHeartbeat(sampleDevice(alive), beat({ hardware }), SAMPLE_NOW_MS)?.hardware).toMatchObject({
      cpu: { frequency: '3400.00', modelName: 'x' },
      disks: [{ ioPerf: { syncDuration: 3 }, isInstallationMedia: true }],
    });
  });
});
