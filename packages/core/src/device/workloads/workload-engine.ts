import { hasCode, jsonEqual, sleep } from '../../foundation/index.ts';
import type { Clock, ContainerRuntime, Firewall, ObservedPod, WorkloadVolumes } from '../../ports/index.ts';
import type { Announce } from '../activity/index.ts';
import { createDoorbell } from '../../link/index.ts';
import { ProbeRunner } from '../probes/index.ts';
import { ActionRunner } from './action-runner.ts';
import type { ActionOutcome } from './action-runner.ts';
import type { DesiredWorkload } from './desired-workload.ts';
import { planWorkloads } from './plan-workloads.ts';
import type { WorkloadPlan } from './plan-workloads.ts';
import { PodObserver } from './pod-observer.ts';
import { PortGate } from './port-gate.ts';
import { exitText, keptText, reportWorkloads } from './report-workloads.ts';
import type { WorkloadReport } from './report-workloads.ts';
import type { WorkloadAction } from './workload-action.ts';
import { WorkloadMemory } from './workload-memory.ts';
import type { RememberedOutcome } from './workload-memory.ts';

/** Shortest time between two looks at the pods, in milliseconds: changes come in swarms. */
export const MIN_PASS_GAP_MS = 100;

/** Longest time between two looks at the pods, in milliseconds: five minutes. Looking costs a device more than being told. */
export const LONGEST_QUIET_MS = 300_000;

/** What a workload engine works with. `random` gives numbers in [0, 1). */
export interface WorkloadEngineParts {
  readonly runtime: ContainerRuntime;
  readonly firewall: Firewall;
  readonly volumes: WorkloadVolumes;
  readonly clock: Clock;
  readonly random: () => number;
  readonly announce: Announce;
  /** The status of some workload, or the engine's `trouble`, is no longer what it was. */
  readonly onStatusChange: () => void;
  /** The target of that generation is in force. May repeat. */
  readonly onInForce: (generation: number) => void;
}

/** What the pods of the device should be. */
export interface WorkloadTarget {
  /** Grows with each new target. */
  readonly generation: number;
  readonly workloads: readonly DesiredWorkload[];
  /** Between two repairs of the firewall, in milliseconds. */
  readonly monitoringIntervalMs: number;
}

/**
 * Makes the pods on the device those of the target, and keeps them so. Invariants:
 *
 * - Without a target nothing is touched: neither pods nor the firewall.
 * - Each pass looks afresh and plans from what it sees; a ring of the bell says only that a pass is due. Passes never overlap.
 * - A change that nobody tells of is seen within `LONGEST_QUIET_MS`: a runtime may lose events, as when its disk is full.
 * - At most one action per pod at a time; beside it, the pod's successor may be prepared. What was being done when a look began is not planned by that look.
 * - Containers are probed while the runtime answers; what probes say is part of what a plan depends on.
 * - Host ports are open before a pod starts, and closed once it is seen to be gone.
 */
export class WorkloadEngine {
  readonly #parts: WorkloadEngineParts;
  readonly #observer: PodObserver;
  readonly #gate: PortGate;
  readonly #runner: ActionRunner;
  readonly #probes: ProbeRunner;
  readonly #bell;
  readonly #driftBell;
  readonly #memory: WorkloadMemory;
  #target: WorkloadTarget | undefined;
  #observed: readonly ObservedPod[] | undefined;
  #lookedAtMs = -Infinity;
  #lookAgainAtMs: number | undefined;
  #published: unknown;

  constructor(parts: WorkloadEngineParts) {
    const { runtime, firewall, volumes, clock, random, announce } = parts;
    this.#parts = parts;
    this.#bell = createDoorbell(clock);
    this.#driftBell = createDoorbell(clock);
    this.#memory = new WorkloadMemory(random);
    this.#observer = new PodObserver({ runtime, clock, random, announce });
    this.#gate = new PortGate({ firewall, clock, announce });
    this.#runner = new ActionRunner({ runtime, volumes, gate: this.#gate, clock, announce }, (outcome) =>
      this.#noteEnded(outcome),
    );
    this.#probes = new ProbeRunner({
      runtime,
      clock,
      random,
      onVerdict: () => {
        this.#published = undefined;
        this.#bell.ring();
      },
      onUnavailable: (error) => this.#noteOutage(error),
    });
  }

  /** What is wrong with the device rather than with a workload, in words. */
  get trouble(): string | undefined {
    return this.runtimeTrouble ?? this.firewallTrouble;
  }

  /** Why the container runtime cannot be asked, in words. */
  get runtimeTrouble(): string | undefined {
    return this.#observer.outage;
  }

  /** Why host ports are not as they should be, in words. */
  get firewallTrouble(): string | undefined {
    return this.#gate.failure;
  }

  /** Replaces the target. Starts and preparations of pods that are no longer wanted are cancelled. */
  aim(target: WorkloadTarget): void {
    this.#target = target;
    this.#runner.supersede(fingerprintsOf(target.workloads));
    this.#bell.ring();
    this.#driftBell.ring();
  }

  /** How each workload fares; empty without a target. */
  reports(): readonly WorkloadReport[] {
    if (this.#target === undefined) return [];
    return reportWorkloads({
      desired: this.#target.workloads,
      observed: this.#observed,
      runs: this.#memory.runs,
      removals: this.#memory.removals,
      preparations: this.#memory.preparations,
      endings: this.#memory.endings,
      verdicts: this.#probes.verdicts(),
      outage: this.#observer.outage,
    });
  }

  /** Whether the pod of that name was seen to be gone: also no container of it writes any more. */
  isPodGone(name: string): boolean {
    const isKnown = this.#observed !== undefined && this.#observer.outage === undefined;
    return isKnown && !this.#runner.busy().has(name) && this.#observed?.every((pod) => pod.name !== name) === true;
  }

  /** Works until `signal` fires, then resolves when what it was doing has ended. Pods stay as they are. */
  async run({ signal }: { readonly signal: AbortSignal }): Promise<void> {
    const following = this.#observer.follow(() => this.#bell.ring(), signal);
    const guarding = this.#guardPorts(signal);
    while (!signal.aborted) {
      await this.#pass(signal);
      await this.#bell.wait({ signal, limitMs: this.#quietMs() });
      const gapMs = this.#lookedAtMs + MIN_PASS_GAP_MS - this.#parts.clock.monotonicMs();
      if (gapMs > 0) await sleep(this.#parts.clock, gapMs, { signal }).catch(() => undefined);
    }
    this.#probes.suspend();
    await Promise.all([following, guarding, this.#runner.settled(), this.#probes.settled()]);
  }

  async #pass(signal: AbortSignal): Promise<void> {
    // Without a configuration nothing is touched; only a runtime that is away is waited for.
    if (this.#target === undefined && this.#observer.outage === undefined) return;
    this.#lookedAtMs = this.#parts.clock.monotonicMs();
    const busyBefore = this.#runner.busy();
    const pods = await this.#observer.look(signal).catch(() => undefined);
    const target = this.#target;
    if (target !== undefined && pods !== undefined && !signal.aborted) {
      this.#observed = pods;
      this.#memory.learn(target.workloads, pods, this.#runner.busy());
      this.#probe(pods, busyBefore);
      const { actions } = this.#plan(target, pods, busyBefore);
      for (const action of actions) this.#begin(action, signal);
      void this.#gate.retain(this.#memory.heldPorts());
      const { isInForce, lookAgainAtMs } = this.#plan(target, pods, busyBefore);
      this.#lookAgainAtMs = lookAgainAtMs;
      if (isInForce) this.#parts.onInForce(target.generation);
    }
    if (this.#observer.outage !== undefined) this.#probes.suspend();
    this.#publish();
  }

  #probe(pods: readonly ObservedPod[], busyBefore: ReadonlyMap<string, WorkloadAction['kind']>): void {
    const probed = pods.map((pod) => ({ ...pod, probes: this.#memory.pods.get(pod.name)?.probes ?? [] }));
    this.#probes.observe(probed, (name) => busyBefore.has(name) || this.#runner.busy().has(name));
  }

  #noteOutage(error: unknown): void {
    this.#observer.noteOutage(error);
    this.#probes.suspend();
    this.#bell.ring();
  }

  #plan(
    target: WorkloadTarget,
    observed: readonly ObservedPod[],
    busyBefore: ReadonlyMap<string, WorkloadAction['kind']>,
  ): WorkloadPlan {
    return planWorkloads({
      desired: target.workloads,
      observed,
      runs: this.#memory.runs,
      removals: this.#memory.removals,
      preparations: this.#memory.preparations,
      endings: this.#memory.endings,
      verdicts: this.#probes.verdicts(),
      busy: new Map([...busyBefore, ...this.#runner.busy()]),
      preparing: this.#runner.preparing(),
      known: this.#memory.pods,
      nowMs: this.#parts.clock.monotonicMs(),
    });
  }

  #begin(action: WorkloadAction, signal: AbortSignal): void {
    const options = { signal, graceMs: this.#memory.graceMs(action.name) };
    if (this.#runner.begin(action, options)) this.#memory.noteBegun(action);
  }

  #noteEnded({ action, startedAtMs, error }: ActionOutcome): void {
    this.#bell.ring();
    if (hasCode(error, 'ABORTED')) return;
    if (hasCode(error, 'RUNTIME_UNAVAILABLE')) this.#noteOutage(error);
    if (action.kind === 'restart' && error === undefined) this.#probes.renew(action.name, namesOf(action.crashed));
    const outcome = this.#memory.noteEnded(action, error, this.#parts.clock.monotonicMs());
    this.#tell(action, startedAtMs, outcome);
  }

  #tell(action: WorkloadAction, startedAtMs: number, { attempt, before }: RememberedOutcome): void {
    const { announce, clock } = this.#parts;
    const workload = action.name;
    const nowMs = clock.monotonicMs();
    if (attempt.failure !== undefined) {
      const retryInMs = attempt.notBeforeMs === Infinity ? undefined : attempt.notBeforeMs - nowMs;
      const isNew = attempt.failures === 1 || before?.failure !== attempt.failure;
      const message = action.kind === 'prepare' ? keptText(attempt.failure) : attempt.failure;
      announce('workloadFailed', { workload, message, retryInMs, isNew });
    } else if (action.kind === 'prepare') return;
    else if (action.kind === 'end') {
      announce('workloadUnhealthy', { workload, message: action.condemned.map(({ reason }) => reason).join(', ') });
    } else if (action.kind === 'remove') announce('workloadRemoved', { workload, cause: action.cause });
    else if (action.kind === 'restart') announce('workloadRestarted', { workload, message: exitText(action.crashed) });
    else announce('workloadStarted', { workload, durationMs: nowMs - startedAtMs });
  }

  async #guardPorts(signal: AbortSignal): Promise<void> {
    const isOver = (): boolean => signal.aborted;
    while (!isOver()) {
      const beganAtMs = this.#parts.clock.monotonicMs();
      const intervalMs = this.#target?.monitoringIntervalMs;
      await this.#driftBell.wait({ signal, limitMs: intervalMs });
      const isDue = intervalMs !== undefined && this.#parts.clock.monotonicMs() - beganAtMs >= intervalMs;
      if (isOver() || !isDue || this.#observed === undefined) continue;
      await this.#gate.repair();
      await this.#gate.diagnose();
    }
  }

  #quietMs(): number | undefined {
    const nowMs = this.#parts.clock.monotonicMs();
    const isAway = this.#observer.outage !== undefined;
    const times = [
      isAway ? this.#observer.notBeforeMs : undefined,
      this.#lookAgainAtMs,
      this.#target === undefined || isAway ? undefined : this.#lookedAtMs + LONGEST_QUIET_MS,
    ].flatMap((timeMs) => (timeMs === undefined ? [] : [Math.max(0, timeMs - nowMs)]));
    return times.length === 0 ? undefined : Math.min(...times);
  }

  #publish(): void {
    const status = [
      this.trouble === undefined,
      this.reports().map((report) => [report.name, report.status, report.message === undefined]),
    ];
    if (jsonEqual(status, this.#published)) return;
    this.#published = status;
    this.#parts.onStatusChange();
  }
}

function namesOf(containers: readonly { readonly name: string }[]): readonly string[] {
  return containers.map(({ name }) => name);
}

function fingerprintsOf(workloads: readonly DesiredWorkload[]): ReadonlyMap<string, string> {
  return new Map(
    workloads.flatMap((workload) =>
      workload.intent === 'run' ? [[workload.name, workload.pod.request.fingerprint] as const] : [],
    ),
  );
}
