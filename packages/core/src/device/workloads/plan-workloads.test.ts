import { describe, expect, test } from 'vitest';
import type { ObservedContainer, ObservedPod } from '../../ports/index.ts';
import type { Attempt } from './attempts.ts';
import type { DesiredWorkload, RunnablePod } from './desired-workload.ts';
import { planWorkloads } from './plan-workloads.ts';
import type { WorkloadPlan } from './plan-workloads.ts';
import type { WorkloadSituation } from './workload-situation.ts';

function podOf(name: string, fingerprint = 'one', ...ports: number[]): RunnablePod {
  return {
    request: { name, fingerprint, manifest: {} },
    containers: ['main'],
    ports: ports.map((port) => ({ port, protocol: 'tcp', workload: name })),
    restartPolicy: 'Always',
    graceMs: 0,
  };
}

function wanted(name: string, fingerprint = 'one', ...ports: number[]): DesiredWorkload {
  return { intent: 'run', name, pod: podOf(name, fingerprint, ...ports) };
}

function there(name: string, fingerprint = 'one', state: ObservedContainer['state'] = 'running'): ObservedPod {
  return { name, fingerprint, status: 'x', containers: [{ name: 'main', state, exitCode: 1, startedAtMs: 1 }] };
}

function failed(fingerprint: string | undefined, notBeforeMs: number): Attempt {
  return { fingerprint, atMs: 0, failures: 1, repairs: 0, notBeforeMs, failure: 'no' };
}

function done(fingerprint: string): Attempt {
  return { fingerprint, atMs: 0, failures: 0, repairs: 0, notBeforeMs: 0 };
}

const held = (name: string, port: number): [string, RunnablePod] => [name, podOf(name, 'one', port)];

function plan(situation: Partial<WorkloadSituation>): WorkloadPlan {
  const tries = { runs: new Map(), removals: new Map(), preparations: new Map(), endings: new Map() };
  const nothing = { ...tries, verdicts: new Map(), busy: new Map(), preparing: new Set<string>(), known: new Map() };
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

  test('a changed pod is prepared, then the old one is removed, and the new one started once it is gone', () => {
    const desired = [wanted('web', 'two')];
    const observed = [there('web', 'one')];
    expect(inWords(plan({ desired, observed }))).toEqual(['prepare web']);
    expect(inWords(plan({ desired, observed, preparing: new Set(['web']) }))).toEqual([]);
    const preparations = new Map([['web', done('two')]]);
    expect(inWords(plan({ desired, observed, preparations }))).toEqual(['remove web: changed']);
    expect(inWords(plan({ desired, observed: [], preparations }))).toEqual(['start web']);
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

  test('a container that probes have given up is ended, however it fares with others; once it has ended it is started again', () => {
    const desired = [wanted('web')];
    const condemned = { reason: 'it hangs' };
    const verdicts = new Map([['web', [{ container: 'main', startedAtMs: 1, condemned }]]]);
    expect(inWords(plan({ desired, observed: [there('web')], verdicts }))).toEqual(['end web']);
    expect(inWords(plan({ desired, observed: [there('web', 'one', 'exited')], verdicts }))).toEqual(['restart web']);
    const endings = new Map([['web', failed('one', 5_000)]]);
    const later = plan({ desired, observed: [there('web')], verdicts, endings });
    expect([inWords(later), later.lookAgainAtMs]).toEqual([[], 5_000]);
    const ofAnotherRun = new Map([['web', [{ container: 'main', startedAtMs: 0, condemned }]]]);
    expect(inWords(plan({ desired, observed: [there('web')], verdicts: ofAnotherRun }))).toEqual([]);
  });

  test('a container that probes have given up is ended in a pod that is to be replaced, too', () => {
    const verdicts = new Map([['web', [{ container: 'main', startedAtMs: 1, condemned: { reason: 'it hangs' } }]]]);
    const situation = { desired: [wanted('web', 'two')], observed: [there('web')], known: new Map([held('web', 1)]) };
    expect(inWords(plan({ ...situation, verdicts }))).toEqual(['prepare web', 'end web']);
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
    const known = new Map([held('old', 80)]);
    expect(inWords(plan({ desired, observed: [there('old')], known }))).toEqual([
      'remove old: unwanted',
      'start other',
      'start plain',
    ]);
    const busy = new Map([['old', 'remove'] as const]);
    expect(inWords(plan({ desired, observed: [there('old')], known, busy }))).toEqual(['start other', 'start plain']);
  });

  test('two workloads swap their ports: both are removed, then both started', () => {
    const swapped = [wanted('a', 'two', 81), wanted('b', 'two', 80)];
    const known = new Map([held('a', 80), held('b', 81)]);
    const preparations = new Map([
      ['a', done('two')],
      ['b', done('two')],
    ]);
    expect(inWords(plan({ desired: swapped, observed: [there('a'), there('b')], known, preparations }))).toEqual([
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

describe('a successor that cannot be prepared yet', () => {
  const desired = [wanted('web', 'two', 80)];
  const known = new Map([held('web', 80)]);
  const preparations = new Map([['web', failed('two', 10_000)]]);

  test('is tried again with back-off, another one at once; the pod that is there stays', () => {
    const observed = [there('web')];
    const before = plan({ desired, observed, known, preparations, nowMs: 9_999 });
    expect(before).toMatchObject({ actions: [], lookAgainAtMs: 10_000, isInForce: true });
    expect(inWords(plan({ desired, observed, known, preparations, nowMs: 10_000 }))).toEqual(['prepare web']);
    expect(inWords(plan({ desired: [wanted('web', 'three')], observed, known, preparations }))).toEqual([
      'prepare web',
    ]);
  });

  test('leaves the pod that is there looked after, as that was meant to be', () => {
    const observed = [there('web', 'one', 'exited')];
    const preparing = new Set(['web']);
    expect(plan({ desired, observed, known, preparing }).actions).toMatchObject([
      { kind: 'restart', pod: { request: { fingerprint: 'one' } }, crashed: [{ name: 'main' }] },
    ]);
    const runs = new Map([['web', failed('one', 5_000)]]);
    expect(plan({ desired, observed, known, preparing, runs })).toMatchObject({ actions: [], lookAgainAtMs: 5_000 });
    const never = new Map([['web', { ...podOf('web'), restartPolicy: 'Never' as const }]]);
    expect(inWords(plan({ desired, observed, known: never, preparing }))).toEqual([]);
    expect(inWords(plan({ desired, observed, preparing }))).toEqual([]);
  });

  test('keeps no other from being started, unless its host port is still held', () => {
    const others = [...desired, wanted('late', 'one', 80), wanted('other', 'one', 81)];
    const observed = [there('web')];
    const preparing = new Set(['web']);
    expect(inWords(plan({ desired: others, observed, known, preparing }))).toEqual(['start other']);
    expect(inWords(plan({ desired: others, observed, preparing }))).toEqual(['start late', 'start other']);
    expect(inWords(plan({ desired: others, observed, known, preparations }))).toEqual(['start late', 'start other']);
  });

  test('keeps a pod whose own successor needs a port of it, and so on; nothing is down for another', () => {
    const chain = [...desired, wanted('a', 'two', 80), wanted('b', 'two', 82), wanted('c', 'two', 84)];
    const observed = [there('web'), there('a'), there('b'), there('c')];
    const ports = new Map([held('web', 80), held('a', 82), held('b', 83), held('c', 84)]);
    const prepared = ['a', 'b', 'c'].map((name) => [name, done('two')] as const);
    const waiting = plan({
      desired: chain,
      observed,
      known: ports,
      preparations: new Map([...preparations, ...prepared]),
    });
    expect(inWords(waiting)).toEqual(['remove c: changed']);
    const ready = new Map([['web', done('two')] as const, ...prepared]);
    expect(inWords(plan({ desired: chain, observed, known: ports, preparations: ready }))).toHaveLength(4);
    const settled = chain.filter(({ name }) => name !== 'c');
    const rest = { desired: settled, observed: observed.slice(0, 3), known: ports };
    expect(plan({ ...rest, preparations: new Map([...preparations, ...prepared]) })).toMatchObject({
      actions: [],
      isInForce: true,
    });
  });
});

describe('a configuration is in force', () => {
  test('when every workload runs, is being started or prepared, or was tried', () => {
    const desired = [wanted('up'), wanted('starting'), wanted('failed'), wanted('preparing', 'two')];
    const runs = new Map([['failed', failed('one', 10_000)]]);
    const busy = new Map([['starting', 'start'] as const]);
    const observed = [there('up'), there('preparing')];
    expect(plan({ desired, observed, runs, busy, preparing: new Set(['preparing']) }).isInForce).toBe(true);
  });

  test.each<[string, Partial<WorkloadSituation>]>([
    ['one was not tried yet', { desired: [wanted('web')] }],
    ['one was tried as it was before', { desired: [wanted('web', 'two')], runs: new Map([['web', failed('one', 0)]]) }],
    ['a changed one was not prepared yet', { desired: [wanted('web', 'two')], observed: [there('web')] }],
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
