import type { Backoff } from '@k4e/core';

/** The bounds of everything this adapter waits for, reads or keeps. */
export interface PodmanLimits {
  /** For an answer to a short question: listing, inspecting, deleting. Then the engine counts as unavailable. */
  readonly queryTimeoutMs: number;
  /** For creating and starting one pod, its init containers included. */
  readonly startTimeoutMs: number;
  /** For pulling one image. */
  readonly pullTimeoutMs: number;
  /**
   * How long a change that podman has been asked for is waited for after its caller's signal fired: podman goes on with it,
   * whoever hangs up. A device gives cancelled work 10 s.
   */
  readonly cancelTimeoutMs: number;
  /** How long a pod's infrastructure may take to go down by itself before it is forced. */
  readonly settleTimeoutMs: number;
  /** Largest answer that is read into memory. */
  readonly answerBytes: number;
  /** Longest line of an event or pull stream. */
  readonly streamLineBytes: number;
  /** Largest `registryAuth`. */
  readonly registryAuthBytes: number;
  /** Longest vendor text that goes into an error. */
  readonly errorTextLength: number;
  /** How much of what a probe's command prints is kept for the reason why it failed. */
  readonly probeOutputBytes: number;
  /** Commands of probes whose time was up that are remembered, so that they are not begun again beside themselves. */
  readonly leftCommands: number;
  /** Pods that may wait to be named by `changes`; beyond, it says `undefined`: list again. */
  readonly pendingChanges: number;
  /** How long a lost event stream waits before it is opened again. */
  readonly reconnect: Backoff;
}

/** Bounds that suit a small device. */
export const PODMAN_LIMITS: PodmanLimits = {
  queryTimeoutMs: 30_000,
  startTimeoutMs: 600_000,
  pullTimeoutMs: 3_600_000,
  cancelTimeoutMs: 8_000,
  settleTimeoutMs: 2_000,
  answerBytes: 16 * 1024 * 1024,
  streamLineBytes: 256 * 1024,
  registryAuthBytes: 64 * 1024,
  errorTextLength: 600,
  probeOutputBytes: 1_024,
  leftCommands: 1_024,
  pendingChanges: 1_000,
  reconnect: { firstMs: 100, maxMs: 30_000, factor: 2, jitter: 0.2 },
};
