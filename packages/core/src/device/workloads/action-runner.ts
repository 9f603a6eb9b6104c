import type { CallOptions, Clock, ContainerRuntime, WorkloadVolumes } from '../../ports/index.ts';
import { withDeadline } from '../../reconcile/index.ts';
import type { Announce } from '../activity/index.ts';
import { DEFAULT_GRACE_MS } from './prepare-pod.ts';
import type { PortGate } from './port-gate.ts';
import type { WorkloadAction } from './workload-action.ts';

/** Most workloads that are started, restarted or removed at once. */
export const MAX_PARALLEL_ACTIONS = 8;
/** Most workloads that are prepared at once, besides. */
export const MAX_PARALLEL_PREPARATIONS = 4;
/** Time allowed for a start, and for a preparation, in milliseconds: images may be large and links slow. Two hours. */
export const START_LIMIT_MS = 7_200_000;
/** Time allowed for a restart, and for a removal beyond the pod's own grace, in milliseconds. */
export const CHANGE_LIMIT_MS = 300_000;
/** How long the runtime may take to end work that was cancelled, in milliseconds. */
export const CANCEL_LIMIT_MS = 10_000;

/** What an action runner works with. */
export interface ActionRunnerParts {
  readonly runtime: ContainerRuntime;
  readonly volumes: WorkloadVolumes;
  readonly gate: PortGate;
  readonly clock: Clock;
  readonly announce: Announce;
}

/** An action that has ended. `startedAtMs` is monotonic; `error` is what it failed with. */
export interface ActionOutcome {
  readonly action: WorkloadAction;
  readonly startedAtMs: number;
  readonly error?: unknown;
}

interface RunningAction {
  readonly action: WorkloadAction;
  readonly controller: AbortController;
  readonly done: Promise<void>;
}

/**
 * Does what plans say: several workloads at once, each bounded in time. One action at a time is done to a workload's pod;
 * beside it, its successor may be prepared.
 */
export class ActionRunner {
  readonly #parts: ActionRunnerParts;
  readonly #onOutcome: (outcome: ActionOutcome) => void;
  readonly #running = new Map<string, RunningAction>();
  readonly #preparing = new Map<string, RunningAction>();

  constructor(parts: ActionRunnerParts, onOutcome: (outcome: ActionOutcome) => void) {
    this.#parts = parts;
    this.#onOutcome = onOutcome;
  }

  /** What is being done to pods, by workload. */
  busy(): ReadonlyMap<string, WorkloadAction['kind']> {
    return new Map([...this.#running].map(([name, { action }]) => [name, action.kind]));
  }

  /** Workloads for which a pod is being prepared. */
  preparing(): ReadonlySet<string> {
    return new Set(this.#preparing.keys());
  }

  /**
   * Begins an action and answers true; false when enough is being done already, or something for this workload.
   * `graceMs` is for removals.
   */
  begin(
    action: WorkloadAction,
    options: { readonly signal: AbortSignal; readonly graceMs?: number | undefined },
  ): boolean {
    const isPreparation = action.kind === 'prepare';
    const under = isPreparation ? this.#preparing : this.#running;
    const limit = isPreparation ? MAX_PARALLEL_PREPARATIONS : MAX_PARALLEL_ACTIONS;
    if (under.size >= limit || under.has(action.name)) return false;
    const controller = new AbortController();
    const signal = AbortSignal.any([options.signal, controller.signal]);
    const startedAtMs = this.#parts.clock.monotonicMs();
    const done = this.#perform(action, signal, options.graceMs ?? DEFAULT_GRACE_MS).then(
      () => this.#end({ action, startedAtMs }),
      (error: unknown) => this.#end({ action, startedAtMs, error }),
    );
    under.set(action.name, { action, controller, done });
    return true;
  }

  /** Cancels the start and the preparation of every pod whose fingerprint is not the one that `wanted` has for its workload. */
  supersede(wanted: ReadonlyMap<string, string>): void {
    for (const { action, controller } of [...this.#running.values(), ...this.#preparing.values()]) {
      const isFor = action.kind === 'start' || action.kind === 'prepare' ? action.pod.request.fingerprint : undefined;
      if (isFor !== undefined && isFor !== wanted.get(action.name)) controller.abort();
    }
  }

  /** Resolves when nothing is being done any more. */
  async settled(): Promise<void> {
    await Promise.all([...this.#running.values(), ...this.#preparing.values()].map(({ done }) => done));
  }

  #end(outcome: ActionOutcome): void {
    const under = outcome.action.kind === 'prepare' ? this.#preparing : this.#running;
    under.delete(outcome.action.name);
    this.#onOutcome(outcome);
  }

  async #perform(action: WorkloadAction, signal: AbortSignal, graceMs: number): Promise<void> {
    const { runtime, volumes, announce } = this.#parts;
    const { name } = action;
    if (action.kind === 'remove') {
      return this.#bounded(name, signal, graceMs + CHANGE_LIMIT_MS, (options) =>
        runtime.remove(name, { ...options, graceMs }),
      );
    }
    if (action.kind === 'prepare') {
      return this.#bounded(name, signal, START_LIMIT_MS, (options) => runtime.prepare(action.pod.request, options));
    }
    if (action.kind === 'end') {
      const containers = action.condemned.map((container) => container.name);
      const longestMs = Math.max(...action.condemned.map((container) => container.graceMs));
      return this.#bounded(name, signal, longestMs + CHANGE_LIMIT_MS, (options) =>
        runtime.end(name, { ...options, containers, graceMs: longestMs }),
      );
    }
    await this.#openPorts(action, signal);
    if (action.kind === 'restart') {
      const containers = action.crashed.map((container) => container.name);
      return this.#bounded(name, signal, CHANGE_LIMIT_MS, (options) =>
        runtime.restart(name, { ...options, containers }),
      );
    }
    announce('workloadStarting', { workload: name });
    await this.#bounded(name, signal, START_LIMIT_MS, async (options) => {
      await volumes.ensure(name, options);
      await runtime.start(action.pod.request, options);
    });
  }

  /** The gate finishes what it has begun; one who was told to end does not wait for that. */
  async #openPorts(
    { name, pod }: Extract<WorkloadAction, { kind: 'start' | 'restart' }>,
    signal: AbortSignal,
  ): Promise<void> {
    const { gate, clock } = this.#parts;
    await withDeadline({ clock, subject: name, limitMs: CHANGE_LIMIT_MS, signal }, () => gate.open(name, pod.ports));
  }

  #bounded(
    subject: string,
    signal: AbortSignal,
    limitMs: number,
    work: (options: CallOptions) => Promise<void>,
  ): Promise<void> {
    const options = { clock: this.#parts.clock, subject, signal, limitMs, settleMs: CANCEL_LIMIT_MS };
    return withDeadline(options, (inner) => work({ signal: inner }));
  }
}
