import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planWorkloads } from '@k4e/core/device';
import type { Attempt, DesiredWorkload, KnownPod, WorkloadAction, WorkloadSituation } from '@k4e/core/device';
import type { ContainerState, ObservedPod, OpenPort } from '@k4e/core/ports';

const NAMES = ['a', 'b', 'c', 'd', 'e'];
const FINGERPRINTS = ['one', 'two'];

const restartPolicy = fc.constantFrom('Always', 'OnFailure', 'Never');
const state = fc.constantFrom<ContainerState>('created', 'running', 'paused', 'exited', 'unknown');

const desiredWorkload = (name: string) =>
  fc
    .record({
      kind: fc.constantFrom('run', 'run', 'run', 'leave', 'withhold', 'absent'),
      restartPolicy,
      fingerprint: fc.constantFrom(...FINGERPRINTS),
      port: fc.option(fc.integer({ min: 1, max: 3 })),
    })
    .map(({ kind, restartPolicy: policy, fingerprint, port }): DesiredWorkload[] => {
      if (kind === 'absent') return [];
      if (kind === 'leave' || kind === 'withhold') return [{ intent: kind, name, problem: 'x' }];
      const ports: OpenPort[] = port === null ? [] : [{ port, protocol: 'tcp', workload: name }];
      const request = { name, fingerprint, manifest: {} };
      return [
        { intent: 'run', name, pod: { request, containers: ['x', 'y'], ports, restartPolicy: policy, graceMs: 0 } },
      ];
    });

const observedPod = (name: string) =>
  fc
    .record({
      isThere: fc.boolean(),
      fingerprint: fc.constantFrom<string | undefined>(...FINGERPRINTS, undefined),
      states: fc.array(state, { minLength: 0, maxLength: 2 }),
      exitCode: fc.constantFrom(0, 1),
    })
    .map(({ isThere, fingerprint, states, exitCode }): ObservedPod[] => {
      const containers = states.map((state, i) => ({
        name: i === 0 ? 'x' : 'y',
        state,
        exitCode,
        startedAtMs: 1,
        finishedAtMs: 2,
      }));
      return isThere ? [{ name, fingerprint, status: 'x', containers }] : [];
    });

const device = fc.record({
  desired: fc.tuple(...NAMES.map(desiredWorkload)).map((lists) => withoutSharedPorts(lists.flat())),
  observed: fc.tuple(...NAMES.map(observedPod)).map((lists) => lists.flat()),
  knowsPorts: fc.boolean(),
});

/** What `settleHostPorts` sees to before a plan is made. */
function withoutSharedPorts(workloads: readonly DesiredWorkload[]): DesiredWorkload[] {
  const taken = new Set<number>();
  return workloads.map((workload) => {
    if (workload.intent !== 'run') return workload;
    const isTaken = workload.pod.ports.some(({ port }) => taken.has(port));
    workload.pod.ports.forEach(({ port }) => taken.add(port));
    return isTaken ? { intent: 'withhold', name: workload.name, problem: 'port' } : workload;
  });
}

interface Model {
  pods: Map<string, ObservedPod>;
  known: Map<string, KnownPod>;
  preparations: Map<string, Attempt>;
}

function situationOf(model: Model, desired: readonly DesiredWorkload[]): WorkloadSituation {
  const { known, pods, preparations } = model;
  const tries = { runs: new Map(), removals: new Map(), endings: new Map() };
  const nothing = { ...tries, verdicts: new Map(), busy: new Map(), preparing: new Set<string>() };
  return { desired, observed: [...pods.values()], known, preparations, nowMs: 0, ...nothing };
}

function apply(model: Model, action: WorkloadAction): void {
  if (action.kind === 'remove') {
    model.pods.delete(action.name);
    model.known.delete(action.name);
    return;
  }
  if (action.kind === 'prepare') {
    const { fingerprint } = action.pod.request;
    model.preparations.set(action.name, { fingerprint, atMs: 0, failures: 0, repairs: 0, notBeforeMs: 0 });
    return;
  }
  const { request, containers } = action.pod;
  const running = containers.map((name) => ({ name, state: 'running' as const }));
  model.pods.set(action.name, {
    name: action.name,
    fingerprint: request.fingerprint,
    status: 'Running',
    containers: running,
  });
  model.known.set(action.name, action.pod);
}

function knownPod({ name, fingerprint = 'none' }: ObservedPod, port: number): KnownPod {
  const ports: OpenPort[] = [{ port, protocol: 'tcp', workload: name }];
  return { request: { name, fingerprint }, containers: ['x', 'y'], ports, restartPolicy: 'Always', graceMs: 0 };
}

function modelOf(observed: readonly ObservedPod[], knowsPorts: boolean): Model {
  return {
    pods: new Map(observed.map((pod) => [pod.name, pod])),
    known: new Map(knowsPorts ? observed.map((pod, i) => [pod.name, knownPod(pod, (i % 3) + 1)]) : []),
    preparations: new Map(),
  };
}

test('doing what the plans say ends in an empty plan, with just the pods that are wanted', () => {
  fc.assert(
    fc.property(device, ({ desired, observed, knowsPorts }) => {
      const model = modelOf(observed, knowsPorts);
      const before = new Map(model.pods);
      for (let round = 0; round < 6; round++) {
        for (const action of planWorkloads(situationOf(model, desired)).actions) apply(model, action);
      }
      const last = planWorkloads(situationOf(model, desired));
      expect(last).toEqual({ actions: [], lookAgainAtMs: undefined, isInForce: true });
      for (const workload of desired) {
        const pod = model.pods.get(workload.name);
        if (workload.intent === 'run') expect(pod?.fingerprint).toBe(workload.pod.request.fingerprint);
        if (workload.intent === 'withhold') expect(pod).toBeUndefined();
        if (workload.intent === 'leave') expect(pod).toBe(before.get(workload.name));
      }
      const names = new Set(desired.map(({ name }) => name));
      expect([...model.pods.keys()].filter((name) => !names.has(name))).toEqual([]);
    }),
  );
});

test('the order of the lists means nothing', () => {
  fc.assert(
    fc.property(device, ({ desired, observed, knowsPorts }) => {
      const model = modelOf(observed, knowsPorts);
      const situation = situationOf(model, desired);
      const turned = { ...situation, desired: [...desired].reverse(), observed: [...situation.observed].reverse() };
      expect(planWorkloads(turned)).toEqual(planWorkloads(situation));
    }),
  );
});

test('a running pod that fits is never touched, whatever happens around it', () => {
  fc.assert(
    fc.property(device, fc.constantFrom(...NAMES), ({ desired, observed, knowsPorts }, name) => {
      const workload = desired.find((candidate) => candidate.name === name);
      fc.pre(workload?.intent === 'run');
      const fitting = modelOf(observed, knowsPorts);
      apply(fitting, { kind: 'start', name, pod: workload.pod });
      const { actions } = planWorkloads(situationOf(fitting, desired));
      expect(actions.filter((action) => action.name === name)).toEqual([]);
    }),
  );
});

test('nothing starts on a host port that a pod still holds', () => {
  fc.assert(
    fc.property(device, ({ desired, observed }) => {
      const model = modelOf(observed, true);
      for (const action of planWorkloads(situationOf(model, desired)).actions) {
        if (action.kind === 'remove' || action.kind === 'prepare') continue;
        const wanted = new Set(action.pod.ports.map(({ port }) => port));
        const leaving = [...model.known].filter(([name]) => name !== action.name && isLeaving(name, desired, model));
        expect(leaving.filter(([, pod]) => pod.ports.some(({ port }) => wanted.has(port)))).toEqual([]);
      }
    }),
  );
});

function isLeaving(name: string, desired: readonly DesiredWorkload[], model: Model): boolean {
  return planWorkloads(situationOf(model, desired)).actions.some(
    (action) => (action.kind === 'remove' || action.kind === 'prepare') && action.name === name,
  );
}
