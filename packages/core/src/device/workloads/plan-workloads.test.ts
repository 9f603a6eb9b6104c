import { describe, expect, test } from 'vitest';
import type { ObservedContainer, ObservedPod, OpenPort } from '../../ports/index.ts';
import type { Attempt } from './attempts.ts';
import type { DesiredWorkload } from './desired-workload.ts';
import { planWorkloads } from './plan-workloads.ts';
import type { WorkloadPlan, WorkloadSituation } from './plan-workloads.ts';

function wanted(name: string, fingerprint = 'one', ...ports: number[]): DesiredWorkload {
  return {
    intent: 'run',
    name,
    pod: {
      request: { name, fingerprint, manifest: {} },
      containers: ['main'],
      ports: ports.map((port) => ({ port, protocol: 'tcp', workload: name })),
      restartPolicy: 'Always',
      graceMs: 0,
    },
  };
}

function there(name: string, fingerprint = 'one', state: ObservedContainer['state'] = 'running'): ObservedPod {
  return { name, fingerprint, status: 'x', containers: [{ name: 'main', state, exitCode: 1, startedAtMs: 1 }] };
}

function failed(fingerprint: string | undefined, notBeforeMs: number): Attempt {
  return { fingerprint, atMs: 0, failures: 1, repairs: 0, notBeforeMs, failure: 'no' };
}

const held = (name: string, port: number): [string, OpenPort[]] => [name, [{ port, protocol: 'tcp', workload: name }]];

function plan(situation: Partial<WorkloadSituation>): WorkloadPlan {
  const nothing = { runs: new Map(), removals: new Map(), busy: new Map(), heldPorts: new Map() };
  return planWorkloads({ desired: [], observed: [], nowMs: 0, ...nothing, ...situation });
}

const inWords = ({ actions }: WorkloadPlan): string[] =>
  actions.map((action) => `${action.kind} ${action.name}${action.kind === 'remove' ? `: ${action.cause}` : ''}`);

describe('what there is to do', () => {
  test('missing pods are started, unwanted ones removed first, and what fits is not touched', () => {
    const desired = [wanted('new'), wanted('same')];
    expect(inWords(plan({ desired, observed: [there('same'), there('old')] }))).toEqual([
      'remove old: unwanted',
      'start new',
    ]);
  });

  test('a changed pod is removed, and started once it is gone', () => {
    const desired = [wanted('web', 'two')];
    expect(inWords(plan({ desired, observed: [there('web', 'one')] }))).toEqual(['remove web: changed']);
    expect(inWords(plan({ desired, observed: [] }))).toEqual(['start web']);
  });

  test('a pod that was started in part is finished, or taken away when containers are missing', () => {
    const desired = [wanted('a'), wanted('b')];
    const observed = [there('a', 'one', 'created'), { ...there('b'), containers: [] }];
    expect(inWords(plan({ desired, observed }))).toEqual(['remove b: incomplete', 'start a']);
  });

  test('a crashed pod is started again', () => {
    expect(inWords(plan({ desired: [wanted('web')], observed: [there('web', 'one', 'exited')] }))).toEqual([
      'restart web',
    ]);
  });

  test('a workload that must not run is removed; one that nothing is known of keeps its pod', () => {
    const desired: DesiredWorkload[] = [
      { intent: 'withhold', name: 'a', problem: 'port' },
      { intent: 'leave', name: 'b', problem: 'spec' },
      { intent: 'withhold', name: 'c', problem: 'port' },
    ];
    expect(inWords(plan({ desired, observed: [there('a'), there('b')] }))).toEqual(['remove a: withheld']);
  });

  test('nothing is decided for a workload that is being worked on', () => {
    const busy = new Map([['web', 'start'] as const]);
    expect(plan({ desired: [wanted('web')], busy })).toMatchObject({ actions: [], lookAgainAtMs: undefined });
  });
});

describe('back-off', () => {
  test('a workload that failed waits, and the plan says until when; the others do not', () => {
    const desired = [wanted('bad'), wanted('good')];
    const runs = new Map([['bad', failed('one', 10_000)]]);
    const before = plan({ desired, runs, nowMs: 9_999 });
    expect(inWords(before)).toEqual(['start good']);
    expect(before.lookAgainAtMs).toBe(10_000);
    expect(inWords(plan({ desired, runs, nowMs: 10_000 }))).toEqual(['start good', 'start bad']);
  });

  test('a changed pod is tried at once', () => {
    const runs = new Map([['bad', failed('one', Infinity)]]);
    expect(inWords(plan({ desired: [wanted('bad', 'one')], runs }))).toEqual([]);
    expect(plan({ desired: [wanted('bad', 'one')], runs }).lookAgainAtMs).toBeUndefined();
    expect(inWords(plan({ desired: [wanted('bad', 'two')], runs }))).toEqual(['start bad']);
  });

  test('a removal that failed waits too', () => {
    const removals = new Map([['old', failed(undefined, 10_000)]]);
    expect(plan({ observed: [there('old')], removals })).toMatchObject({ actions: [], lookAgainAtMs: 10_000 });
  });

  test('a pod that is never whole is not taken away again and again', () => {
    const runs = new Map([['web', { ...failed('one', 10_000), failures: 0 }]]);
    const observed = [{ ...there('web'), containers: [] }];
    expect(plan({ desired: [wanted('web')], observed, runs })).toMatchObject({ actions: [], lookAgainAtMs: 10_000 });
  });
});

describe('a host port that another pod still holds', () => {
  const desired = [wanted('new', 'one', 80), wanted('other', 'one', 81), wanted('plain')];

  test('is waited for; the others start', () => {
    const heldPorts = new Map([held('old', 80)]);
    expect(inWords(plan({ desired, observed: [there('old')], heldPorts }))).toEqual([
      'remove old: unwanted',
      'start other',
      'start plain',
    ]);
    const busy = new Map([['old', 'remove'] as const]);
    expect(inWords(plan({ desired, observed: [there('old')], heldPorts, busy }))).toEqual([
      'start other',
      'start plain',
    ]);
  });

  test('two workloads swap their ports: both are removed, then both started', () => {
    const swapped = [wanted('a', 'two', 81), wanted('b', 'two', 80)];
    const heldPorts = new Map([held('a', 80), held('b', 81)]);
    expect(inWords(plan({ desired: swapped, observed: [there('a'), there('b')], heldPorts }))).toEqual([
      'remove a: changed',
      'remove b: changed',
    ]);
  });

  test('an unknown pod may hold any, until its removal has failed', () => {
    const observed = [there('stranger')];
    expect(inWords(plan({ desired, observed }))).toEqual(['remove stranger: unwanted', 'start plain']);
    const removals = new Map([['stranger', failed(undefined, 10_000)]]);
    expect(inWords(plan({ desired, observed, removals }))).toEqual(['start new', 'start other', 'start plain']);
  });
});

describe('a configuration is in force', () => {
  test('when every workload runs, is being started, or was tried', () => {
    const desired = [wanted('up'), wanted('starting'), wanted('failed')];
    const runs = new Map([['failed', failed('one', 10_000)]]);
    const busy = new Map([['starting', 'start'] as const]);
    expect(plan({ desired, observed: [there('up')], runs, busy }).isInForce).toBe(true);
  });

  test.each<[string, Partial<WorkloadSituation>]>([
    ['one was not tried yet', { desired: [wanted('web')] }],
    ['one was tried as it was before', { desired: [wanted('web', 'two')], runs: new Map([['web', failed('one', 0)]]) }],
    ['an old pod is there', { observed: [there('old')] }],
    ['an old pod is being removed', { observed: [there('old')], busy: new Map([['old', 'remove']]) }],
    ['an old pod cannot be removed', { observed: [there('old')], removals: new Map([['old', failed(undefined, 9)]]) }],
  ])('but not while %s', (_what, situation) => {
    expect(plan(situation).isInForce).toBe(false);
  });

  test('an empty one at once', () => {
    expect(plan({}).isInForce).toBe(true);
  });
});
