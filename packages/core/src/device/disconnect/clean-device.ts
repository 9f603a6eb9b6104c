import { K4eError, backoffDelayMs, errorText, sleep } from '../../foundation/index.ts';
import type { Backoff } from '../../foundation/index.ts';
import type {
  CallOptions,
  Clock,
  ContainerRuntime,
  Firewall,
  StateStore,
  UploadJournal,
  WorkloadVolumes,
} from '../../ports/index.ts';
import { withDeadline } from '../../reconcile/index.ts';
import type { Announce } from '../activity/index.ts';
import { CONFIGURATION_DOCUMENT } from '../configuration/index.ts';
import { UPLOADS_DOCUMENT } from '../uploads/index.ts';

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
  readonly uploads?: CleanUploads | undefined;
}

/** What is cleaned of a device that uploads files. */
export interface CleanUploads {
  readonly journal: UploadJournal;
  /** Uploads what is left, once all pods are gone; bounded in time. */
  readonly finish: (options: CallOptions) => Promise<void>;
}

/**
 * Removes everything of ours: pods, then the firewall's rules, the workloads' files, and the configuration. What workloads
 * have left is uploaded in between, as far as that can be. A step that fails holds up no other, but the files stay as long
 * as pods may use them; all is tried again. Answers whether all is gone. Rejects with `ABORTED` only.
 */
export async function cleanDevice(parts: CleanDeviceParts, { signal }: CallOptions = {}): Promise<boolean> {
  const { clock, random } = parts;
  const uploads = { isFinished: false };
  for (let round = 1; ; round++) {
    if (await cleanOnce(parts, uploads, signal)) return true;
    if (round >= MAX_CLEAN_ROUNDS) return false;
    await sleep(clock, backoffDelayMs(CLEAN_BACKOFF, round, random), signal === undefined ? {} : { signal });
  }
}

type Step = (subject: string, work: (options: CallOptions) => Promise<void>) => Promise<boolean>;

async function cleanOnce(
  parts: CleanDeviceParts,
  progress: { isFinished: boolean },
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const { runtime, firewall, volumes, state, uploads } = parts;
  const step = createStep(parts, signal);
  const arePodsGone = await step('workloads', (options) => removePods(runtime, options));
  const isFirewallClear = await step('firewall', (options) => firewall.clear(options));
  if (arePodsGone && uploads !== undefined && !progress.isFinished) {
    progress.isFinished = true;
    await step('uploads', (options) => uploads.finish(options));
  }
  const rest = [
    arePodsGone && (await step('workload files', (options) => volumes.removeAll(options))),
    arePodsGone && (await step('upload journal', async (options) => uploads?.journal.removeAll(options))),
    arePodsGone && (await step('uploads', (options) => state.remove(UPLOADS_DOCUMENT, options))),
    await step('configuration', (options) => state.remove(CONFIGURATION_DOCUMENT, options)),
  ];
  return isFirewallClear && rest.every((isDone) => isDone);
}

function createStep({ clock, announce }: CleanDeviceParts, signal: AbortSignal | undefined): Step {
  return async (subject, work) => {
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
}

async function removePods(runtime: ContainerRuntime, options: CallOptions): Promise<void> {
  const pods = await runtime.list(options);
  const results = await Promise.allSettled(
    pods.map(({ name }) => runtime.remove(name, { ...options, graceMs: CLEAN_GRACE_MS })),
  );
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
