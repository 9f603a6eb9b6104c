import { errorText, hasCode, jsonEqual } from '../../foundation/index.ts';
import type { Clock, ContainerRuntime, ObservedContainer, ProbeOutcome } from '../../ports/index.ts';
import { createDueHeap, withDeadline } from '../../reconcile/index.ts';
import { dueProbes, nextHealth } from './container-health.ts';
import { PROBE_KINDS } from './container-probes.ts';
import type { ContainerProbes } from './container-probes.ts';
import { beginLife, isSameLife } from './probed-life.ts';
import type { DueProbe, ProbedLife } from './probed-life.ts';
import { verdictOf } from './verdict.ts';
import type { ContainerVerdict, Verdicts } from './verdict.ts';

/** Most probes at once on a device. */
export const MAX_PARALLEL_PROBES = 8;
/** First probes of containers that are found together are spread over that time, in milliseconds. */
export const PROBE_SPREAD_MS = 1_000;
/** Part of a period by which the next probe may be later, so that probes of one period drift apart. */
export const PROBE_JITTER = 0.1;
/** How long the runtime may take for a probe beyond its own time, in milliseconds. Then it says nothing. */
export const PROBE_LIMIT_MS = 60_000;

/** What a probe runner works with. `random` gives numbers in [0, 1). */
export interface ProbeRunnerParts {
  readonly runtime: Pick<ContainerRuntime, 'probe'>;
  readonly clock: Clock;
  readonly random: () => number;
  /** What is said of a container is no longer the same, other than in the words of its last result. */
  readonly onVerdict: () => void;
  /** The runtime could not be reached; probing should be suspended until it was seen again. */
  readonly onUnavailable: (error: unknown) => void;
}

/** A pod as it was seen, with the probes that its containers should have. */
export interface ProbedPod {
  readonly name: string;
  readonly fingerprint: string | undefined;
  readonly probes: readonly ContainerProbes[];
  readonly containers: readonly ObservedContainer[];
}

/**
 * Probes the containers that run, on one timer, `MAX_PARALLEL_PROBES` at a time. Invariants:
 *
 * - What is known of a container begins anew with each of its starts, with changed probes, and with this process.
 * - One probe of a kind at a time per container; a result that comes after its container ended, or was renewed, counts for nothing.
 * - A probe that could not be made counts for nothing: only what the container did does.
 */
export class ProbeRunner {
  readonly #parts: ProbeRunnerParts;
  readonly #lives = new Map<string, ProbedLife>();
  readonly #due = createDueHeap<DueProbe>();
  readonly #running = new Set<Promise<void>>();
  #session = new AbortController();
  #cancelTimer = (): void => undefined;
  #order = 0;

  constructor(parts: ProbeRunnerParts) {
    this.#parts = parts;
  }

  /**
   * Takes in what was seen: probes what runs, forgets what is gone. What `isInWork` names is left as it is. Ends a
   * suspension.
   */
  observe(pods: readonly ProbedPod[], isInWork: (workload: string) => boolean): void {
    const seen = new Set<string>();
    for (const pod of pods.filter(({ name }) => !isInWork(name))) {
      for (const probes of pod.probes) {
        const observed = pod.containers.find(({ name }) => name === probes.container);
        if (observed !== undefined) seen.add(this.#meet(pod, probes, observed));
      }
    }
    for (const life of [...this.#lives.values()]) {
      if (!seen.has(life.key) && !isInWork(life.workload)) this.#drop(life);
    }
    this.#turn();
  }

  /** Forgets containers that were started again. */
  renew(workload: string, containers: readonly string[]): void {
    for (const life of [...this.#lives.values()]) {
      if (life.workload === workload && containers.includes(life.probes.container)) this.#drop(life);
    }
  }

  /** Makes no probes until the next `observe`; those under way are given up. What is known stays. */
  suspend(): void {
    this.#session.abort();
    this.#session = new AbortController();
    for (const life of this.#lives.values()) this.#withdraw(life);
    this.#cancelTimer();
  }

  /** What probes say now. */
  verdicts(): Verdicts {
    const verdicts = new Map<string, ContainerVerdict[]>();
    for (const life of this.#lives.values()) {
      verdicts.set(life.workload, [...(verdicts.get(life.workload) ?? []), verdictIn(life)]);
    }
    return verdicts;
  }

  /** Resolves when no probe is under way. */
  async settled(): Promise<void> {
    await Promise.all(this.#running);
  }

  #meet(pod: ProbedPod, probes: ContainerProbes, observed: ObservedContainer): string {
    const key = `${pod.name}/${observed.name}`;
    const known = this.#lives.get(key);
    const isRunning = observed.state === 'running';
    if (known !== undefined && isSameLife(known, pod, probes, observed)) {
      known.isRunning = isRunning;
      this.#schedule(known);
      return key;
    }
    if (known !== undefined) this.#drop(known);
    if (!isRunning) return key;
    const life = beginLife(key, pod, probes, observed, this.#parts.clock.monotonicMs());
    this.#lives.set(key, life);
    this.#schedule(life);
    return key;
  }

  /** Has the probes wait that are due for a container, and no others. */
  #schedule(life: ProbedLife): void {
    const { clock, random } = this.#parts;
    const kinds = life.isRunning ? dueProbes(life.probes, life.health) : [];
    for (const kind of PROBE_KINDS) {
      const plan = life.probes[kind];
      const waiting = life.waiting.get(kind);
      if (plan === undefined || !kinds.includes(kind)) {
        if (waiting !== undefined) this.#due.remove(waiting);
        life.waiting.delete(kind);
      } else if (waiting === undefined) {
        const spreadMs = Math.floor(random() * Math.min(PROBE_SPREAD_MS, plan.periodMs));
        const dueMs = Math.max(clock.monotonicMs(), life.beganMs + plan.initialDelayMs) + spreadMs;
        const probe: DueProbe = { life, kind, plan, dueMs, order: this.#order++, heapIndex: -1 };
        life.waiting.set(kind, probe);
        this.#due.push(probe);
      }
    }
  }

  #withdraw(life: ProbedLife): void {
    for (const probe of life.waiting.values()) this.#due.remove(probe);
    life.waiting.clear();
  }

  #drop(life: ProbedLife): void {
    this.#withdraw(life);
    this.#lives.delete(life.key);
  }

  /** Begins what is due, and has the timer wait for the rest. */
  #turn(): void {
    this.#cancelTimer();
    const { clock } = this.#parts;
    for (;;) {
      const next = this.#due.peek();
      if (next === undefined || this.#running.size >= MAX_PARALLEL_PROBES) return;
      const delayMs = Math.ceil(next.dueMs - clock.monotonicMs());
      if (delayMs > 0) {
        this.#cancelTimer = clock.schedule(delayMs, () => this.#turn());
        return;
      }
      this.#due.remove(next);
      const running = this.#probe(next).finally(() => {
        this.#running.delete(running);
        this.#turn();
      });
      this.#running.add(running);
    }
  }

  /** Never rejects. */
  async #probe(probe: DueProbe): Promise<void> {
    const { runtime, clock, onUnavailable } = this.#parts;
    const { life, plan } = probe;
    const { signal } = this.#session;
    const { timeoutMs } = plan;
    const beganMs = clock.monotonicMs();
    try {
      const limits = { clock, limitMs: timeoutMs + PROBE_LIMIT_MS, subject: life.key, signal };
      const outcome = await withDeadline(limits, (inner) =>
        runtime.probe(life.workload, life.probes.container, plan.action, { timeoutMs, signal: inner }),
      );
      this.#note(probe, beganMs, { outcome });
    } catch (error) {
      if (signal.aborted) return;
      if (hasCode(error, 'RUNTIME_UNAVAILABLE')) onUnavailable(error);
      this.#note(probe, beganMs, { trouble: isTrouble(error) ? errorText(error) : undefined });
    }
  }

  #note(
    probe: DueProbe,
    beganMs: number,
    { outcome, trouble }: { readonly outcome?: ProbeOutcome; readonly trouble?: string | undefined },
  ): void {
    const { clock, random, onVerdict } = this.#parts;
    const { life, kind, plan } = probe;
    if (this.#lives.get(life.key) !== life || life.waiting.get(kind) !== probe) return;
    const before = outlineOf(life);
    if (outcome !== undefined) life.health = nextHealth(life.probes, life.health, kind, outcome);
    life.trouble = trouble;
    const jitterMs = Math.floor(plan.periodMs * PROBE_JITTER * random());
    probe.dueMs = Math.max(clock.monotonicMs(), beganMs + plan.periodMs + jitterMs);
    this.#due.push(probe);
    this.#schedule(life);
    if (!jsonEqual(before, outlineOf(life))) onVerdict();
  }
}

/** A runtime that is away, and a container that has just ended, are seen by those who look at the pods. */
function isTrouble(error: unknown): boolean {
  return !hasCode(error, 'RUNTIME_UNAVAILABLE') && !hasCode(error, 'NOT_FOUND');
}

function verdictIn({ probes, health, startedAtMs, trouble }: ProbedLife): ContainerVerdict {
  const verdict = verdictOf(probes, health, startedAtMs);
  return trouble === undefined
    ? verdict
    : { ...verdict, trouble: `container ${probes.container} cannot be probed: ${trouble}` };
}

/** What of a verdict somebody has to hear of at once: the reasons of the last results may be others at each probe. */
function outlineOf(life: ProbedLife): readonly boolean[] {
  const { condemned, unready, trouble } = verdictIn(life);
  const hasFailed = PROBE_KINDS.some((kind) => life.health[kind]?.isGood === false);
  return [condemned !== undefined, unready !== undefined, unready !== undefined && hasFailed, trouble !== undefined];
}
