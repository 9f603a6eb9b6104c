import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EdgeDevice } from '../../resources/index.ts';
import type { Liveness } from './liveness.ts';
import { controllerFields, planDevice } from './plan-device.ts';
import type { DevicePlan } from './plan-device.ts';
import { SAMPLE_NOW_MS, sampleDeployment, sampleDevice, sampleEntry, sampleTime } from './samples.testing.ts';

const alive: Liveness = { state: 'alive', changesInMs: 50_000 };
const common = {
  leftOut: [],
  configurationVersion: 'v1',
  liveness: alive,
  nowMs: SAMPLE_NOW_MS,
  gracePeriodMs: 120_000,
};

/** The device once the plan is written, as the store merges it. */
function written(device: EdgeDevice, { fields }: DevicePlan): EdgeDevice {
  const known = new Map((device.status?.deployments ?? []).map((entry) => [entry.name, entry]));
  const deployments = fields.deployments.map((assignment) => {
    const {
      assignedTime: _assigned,
      withdrawnTime: _withdrawn,
      ...reported
    } = known.get(assignment.name) ?? { phase: 'Deploying' };
    return { ...reported, ...assignment };
  });
  return { ...device, status: { ...device.status, ...fields, deployments } };
}

describe('a plan says how a device fares', () => {
  test('a device whose workloads run and whose configuration is applied', () => {
    const deployments = [sampleDeployment('web')];
    const device = sampleDevice({
      lastSyncedResourceVersion: 'v1',
      reportedPhase: 'up',
      deployments: [sampleEntry('web')],
    });
    const plan = planDevice({ ...common, device, deployments });
    expect(plan.fields).toMatchObject({ phase: 'up', workloads: { wanted: 1, running: 1, summary: '1/1' } });
    expect(plan.fields.conditions?.map(({ type, status }) => `${type}=${status}`)).toEqual([
      'Ready=True',
      'Synced=True',
      'WorkloadsReady=True',
    ]);
    expect(plan.labels).toEqual({ 'workload/web': 'true' });
    expect(plan.requeueAfterMs).toBe(50_000);
  });

  test('a workload that fails is named with the words of the device', () => {
    const device = sampleDevice({ deployments: [sampleEntry('web', { phase: 'Error', message: 'image not found' })] });
    const { fields } = planDevice({ ...common, device, deployments: [sampleDeployment('web')] });
    expect(fields.conditions?.[2]).toMatchObject({
      status: 'False',
      reason: 'WorkloadFailed',
      message: 'web: image not found',
    });
  });

  test('a silent device is unreachable, since when in words', () => {
    const liveness: Liveness = { state: 'silent', sinceMs: SAMPLE_NOW_MS - 120_000 };
    const { fields, requeueAfterMs } = planDevice({ ...common, liveness, device: sampleDevice(), deployments: [] });
    expect(fields.phase).toBe('unreachable');
    expect(fields.conditions?.[0]?.message).toContain(`no heartbeat since ${sampleTime(-120)}`);
    expect(requeueAfterMs).toBeUndefined();
  });
});

const name = fc.constantFrom('a', 'b', 'c', 'd');
const entry = fc.record({
  name,
  withdrawn: fc.boolean(),
  phase: fc.constantFrom('Deploying', 'Running', 'Error', 'Exited'),
});

test('applying a plan and planning again changes nothing', () => {
  const situation = fc.record({
    entries: fc.uniqueArray(entry, { selector: (item) => item.name }),
    wanted: fc.uniqueArray(name),
  });
  fc.assert(
    fc.property(situation, ({ entries, wanted }) => {
      const deployments = entries.map((item) =>
        sampleEntry(item.name, { phase: item.phase, ...(item.withdrawn ? { withdrawnTime: sampleTime(-30) } : {}) }),
      );
      const device = sampleDevice({ deployments });
      const wantedDeployments = wanted.map((each) => sampleDeployment(each));
      const plan = planDevice({ ...common, device, deployments: wantedDeployments });
      const after = written(device, plan);
      const again = planDevice({ ...common, device: after, deployments: wantedDeployments });
      expect(again.fields).toEqual(controllerFields(after.status));
      expect(again.changes).toMatchObject({ assigned: [], withdrawn: [], removed: [], abandoned: [] });
    }),
  );
});
