import { seededRandom } from '../e2e/harness/index.ts';

/** What a device is at when its power is cut. */
export const CUT_PHASES = [
  'first-boot',
  'configuration-write',
  'pod-start',
  'registration',
  'replacement',
  'upload',
  'image-load',
  'removal',
  'heartbeat-outbox',
] as const;

/** A phase of a device's life. */
export type CutPhase = (typeof CUT_PHASES)[number];

/** Those that begin with a device that nobody has switched on yet; the others go on with the one that is there. */
export const FRESH_PHASES: ReadonlySet<CutPhase> = new Set(['first-boot', 'registration', 'image-load']);

/** How long a phase lasts at most on an emulated processor, in milliseconds: the moment of the cut is within. */
const WINDOWS_MS: Readonly<Record<CutPhase, number>> = {
  'first-boot': 25_000,
  registration: 8_000,
  'image-load': 10_000,
  'configuration-write': 3_000,
  'pod-start': 8_000,
  replacement: 10_000,
  upload: 6_000,
  removal: 8_000,
  'heartbeat-outbox': 5_000,
};

const SKIPPED_NUMBERS = 4;

/** A cut to be made. */
export interface PlannedCut {
  readonly index: number;
  readonly phase: CutPhase;
  /** From the beginning of the phase to the cut. */
  readonly delayMs: number;
  /** Whether the control plane goes down with the device, and comes back only when the device has shown what it does alone. */
  readonly isAlone: boolean;
}

/** The cuts of a run: the same for the same seed. The phases take turns, in the order given. */
export function planCuts(count: number, seed: number, phases: readonly CutPhase[] = CUT_PHASES): readonly PlannedCut[] {
  const random = seededRandom(seed);
  // The first numbers of seeds that are close are close.
  for (let skipped = 0; skipped < SKIPPED_NUMBERS; skipped++) random();
  return Array.from({ length: count }, (_none, index) => {
    const phase = phases[index % phases.length] ?? 'first-boot';
    return { index, phase, delayMs: Math.round(random() * WINDOWS_MS[phase]), isAlone: random() < 0.5 };
  });
}
