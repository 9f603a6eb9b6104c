import { K4eError, backoffDelayMs, errorText, sleep } from '../../foundation/index.ts';
import type { Backoff } from '../../foundation/index.ts';
import type { CallOptions, Clock, ContainerRuntime, Firewall, StateStore, WorkloadVolumes } from '../../ports/index.ts';
import { withDeadline } from '../../reconcile/index.ts';
import type { Announce } from '../activity/index.ts';
import { CONFIGURATION_DOCUMENT } from '../configuration/index.ts';

/** Time allowed for one step of cleaning, in milliseconds. */
export const CLEAN_STEP_LIMIT_MS = 300_000;
/** Most rounds of cleaning in one run of the agent; what is left then is left to the next run. */
export const MAX_CLEAN_ROUNDS = 10;
/** Between two rounds. */
export const CLEAN_BACKOFF: Backoff = { firstMs: 1_000, maxMs: 60_000, factor: 2, jitter: 0.2 };
/** Time that pods get to end by themselves, in milliseconds. */
export const CLEAN_GRACE_MS = 10_000;

/** What is cleaned. `random` gives numbers in [0, 1). */
export interface CleanDeviceParts {
  readonly runtime: ContainerRuntime;
  readonly firewall: Firewall;
  readonly volumes: WorkloadVolumes;
  readonly state: StateStore;
  readonly clock: Clock;
  readonly random: () => number;
  readonly announce: Announce;
}

/**
 * Removes everything of ours: pods, then the firewall's rules, the workloads' files, and the configuration. A step that
 * fails holds up no other, but the files stay as long as pods may use them; all is tried again. Answers whether all is
 * gone. Rejects with `ABORTED` only.
 */
export async function cleanDevice(parts: CleanDeviceParts, { signal }: CallOptions = {}): Promise<boolean> {
  const { clock, random } = parts;
  for (let round = 1; ; round++) {
    if (await cleanOnce(parts, signal)) return true;
    if (round >= MAX_CLEAN_ROUNDS) return false;
    await sleep(clock, backoffDelayMs(CLEAN_BACKOFF, round, random), signal === undefined ? {} : { signal });
  }
}

async function cleanOnce(parts: CleanDeviceParts, signal: AbortSignal | undefined): Promise<boolean> {
  const { runtime, firewall, volumes, state, clock, announce } = parts;
  const step = async (subject: string, work: (options: CallOptions) => Promise<void>): Promise<boolean> => {
    try {
      const options = { clock, subject, limitMs: CLEAN_STEP_LIMIT_MS, signal };
      await withDeadline(options, (inner) => work({ signal: inner }));
      return true;
    } catch (error) {
      if (signal?.aborted === true) throw new K4eError('ABORTED', { subject, retry: 'never' });
      announce('cleanupFailed', { message: errorText(error) });
      return false;
    }
  };
  const arePodsGone = await step('workloads', (options) => removePods(runtime, options));
  const rest = [
    await step('firewall', (options) => firewall.clear(options)),
    arePodsGone && (await step('workload files', (options) => volumes.removeAll(options))),
    await step('configuration', (options) => state.remove(CONFIGURATION_DOCUMENT, options)),
  ];
  return rest.every((isDone) => isDone);
}

async function removePods(runtime: ContainerRuntime, options: CallOptions): Promise<void> {
  const pods = await runtime.list(options);
  const results = await Promise.allSettled(
    pods.map(({ name }) => runtime.remove(name, { ...options, graceMs: CLEAN_GRACE_MS })),
  );
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
