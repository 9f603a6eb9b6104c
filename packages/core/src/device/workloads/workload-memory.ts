import { backoffDelayMs, errorRetry, errorText, hasCode } from '../../foundation/index.ts';
import type { ObservedPod, OpenPort } from '../../ports/index.ts';
import { rememberAttempt } from './attempts.ts';
import type { Attempt, AttemptOutcome } from './attempts.ts';
import type { DesiredWorkload, KnownPod } from './desired-workload.ts';
import { readPodNote } from './pod-note.ts';
import { OUTAGE_BACKOFF } from './pod-observer.ts';
import type { WorkloadAction } from './workload-action.ts';

/** What a try was, and what was known before it. */
export interface RememberedOutcome {
  readonly attempt: Attempt;
  readonly before: Attempt | undefined;
}

/**
 * What cannot be seen by looking at the pods: how tries went, and what the pods that are there were made from. It is lost
 * with the process, and nothing depends on it but back-off and the ports of pods on their way out.
 */
export class WorkloadMemory {
  readonly #random: () => number;
  readonly #runs = new Map<string, Attempt>();
  readonly #removals = new Map<string, Attempt>();
  readonly #endings = new Map<string, Attempt>();
  readonly #preparations = new Map<string, Attempt>();
  /** Started by this process, found as they should be, or told of by their notes. */
  readonly #pods = new Map<string, KnownPod>();

  /** `random` gives numbers in [0, 1). */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** Last tries to get a pod up, by workload. */
  get runs(): ReadonlyMap<string, Attempt> {
    return this.#runs;
  }

  /** Last tries to get a pod away, by workload. */
  get removals(): ReadonlyMap<string, Attempt> {
    return this.#removals;
  }

  /** Last tries to prepare a pod, by workload. */
  get preparations(): ReadonlyMap<string, Attempt> {
    return this.#preparations;
  }

  /** Last tries to end containers that failed, by workload. */
  get endings(): ReadonlyMap<string, Attempt> {
    return this.#endings;
  }

  /** What the pods that are there, or being started, were made from, by workload, as far as that is known. */
  get pods(): ReadonlyMap<string, KnownPod> {
    return this.#pods;
  }

  /** Host ports of the pods that are there or being started, as far as they are known. */
  heldPorts(): ReadonlyMap<string, readonly OpenPort[]> {
    return new Map([...this.#pods].map(([name, { ports }]) => [name, ports]));
  }

  /** Time between SIGTERM and SIGKILL of the pod that is there, in milliseconds, where it is known. */
  graceMs(name: string): number | undefined {
    return this.#pods.get(name)?.graceMs;
  }

  /** An action has begun. */
  noteBegun(action: WorkloadAction): void {
    if (action.kind === 'start' || action.kind === 'restart') this.#pods.set(action.name, action.pod);
  }

  /** An action has ended, with `error` when it failed. `atMs` is monotonic. */
  noteEnded(action: WorkloadAction, error: unknown, atMs: number): RememberedOutcome {
    const memory = this.#memoryOf(action);
    const fingerprint = action.kind === 'remove' ? undefined : action.pod.request.fingerprint;
    const before = memory.get(action.name);
    const failure = error === undefined ? {} : { failure: this.#failureOf(error, before) };
    const attempt = rememberAttempt(before, { fingerprint, atMs, ...failure }, this.#random);
    const isDoneWith = action.kind === 'remove' || action.kind === 'end';
    if (isDoneWith && error === undefined) memory.delete(action.name);
    else memory.set(action.name, attempt);
    return { attempt, before };
  }

  /** Brings what is known in line with the pods that were seen, and forgets what is gone. */
  learn(
    desired: readonly DesiredWorkload[],
    pods: readonly ObservedPod[],
    busy: ReadonlyMap<string, WorkloadAction['kind']>,
  ): void {
    const present = new Map(pods.map((pod) => [pod.name, pod]));
    for (const workload of desired) {
      if (workload.intent !== 'run') continue;
      const isAsWanted = present.get(workload.name)?.fingerprint === workload.pod.request.fingerprint;
      if (isAsWanted) this.#pods.set(workload.name, workload.pod);
    }
    for (const pod of pods) if (!busy.has(pod.name)) this.#learnFromNote(pod);
    const wanted = new Set(desired.map(({ name }) => name));
    const isGone = (name: string): boolean => !present.has(name) && !busy.has(name);
    forget(this.#pods, isGone);
    forget(this.#removals, isGone);
    forget(this.#endings, isGone);
    forget(this.#runs, (name) => isGone(name) && !wanted.has(name));
    forget(this.#preparations, (name) => isGone(name) || !wanted.has(name));
  }

  /** A pod from before this process, or of another hand. */
  #learnFromNote(pod: ObservedPod): void {
    if (this.#pods.get(pod.name)?.request.fingerprint === pod.fingerprint) return;
    const known = readPodNote(pod);
    if (known !== undefined) this.#pods.set(pod.name, known);
  }

  #memoryOf({ kind }: WorkloadAction): Map<string, Attempt> {
    if (kind === 'remove') return this.#removals;
    if (kind === 'end') return this.#endings;
    return kind === 'prepare' ? this.#preparations : this.#runs;
  }

  /** A runtime that is away is asked again soon: that is no fault of the workload. */
  #failureOf(error: unknown, before: Attempt | undefined): NonNullable<AttemptOutcome['failure']> {
    const isAway = hasCode(error, 'RUNTIME_UNAVAILABLE');
    const afterMs = backoffDelayMs(OUTAGE_BACKOFF, (before?.failures ?? 0) + 1, this.#random);
    return { message: errorText(error), retry: isAway ? { afterMs } : errorRetry(error) };
  }
}

function forget(memory: Map<string, unknown>, isGone: (name: string) => boolean): void {
  for (const name of [...memory.keys()]) if (isGone(name)) memory.delete(name);
}
