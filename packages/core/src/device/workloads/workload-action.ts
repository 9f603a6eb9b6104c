import type { RemovalCause } from '../activity/index.ts';
import type { KnownPod, RunnablePod } from './desired-workload.ts';
import type { CondemnedContainer, EndedContainer } from './diagnose-pod.ts';

/**
 * One thing to do. A pod is replaced in steps: while it goes on running its successor is prepared, then it is removed, and
 * once it is gone the next plan starts the successor.
 */
export type WorkloadAction =
  | { readonly kind: 'prepare'; readonly name: string; readonly pod: RunnablePod }
  | { readonly kind: 'remove'; readonly name: string; readonly cause: RemovalCause }
  | { readonly kind: 'start'; readonly name: string; readonly pod: RunnablePod }
  | {
      readonly kind: 'end';
      readonly name: string;
      readonly pod: KnownPod;
      readonly condemned: readonly CondemnedContainer[];
    }
  | {
      readonly kind: 'restart';
      readonly name: string;
      readonly pod: KnownPod;
      readonly crashed: readonly EndedContainer[];
    };
