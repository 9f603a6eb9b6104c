/** How `k4e-agent` ends. A second SIGTERM, SIGINT or SIGHUP ends it at once with 128 and the signal's number. */
export const EXIT_CODES = {
  /** Told to stop (workloads go on), or let go by the control plane (they are gone). */
  done: 0,
  /** A defect, or the machine: worth another try. */
  failed: 1,
  /** Flags or configuration: a person has to correct them. */
  misconfigured: 2,
  /** Nobody has said yet where the control plane is. */
  unconfigured: 3,
  /** Of `k4e-agent status` alone: no agent runs. */
  notRunning: 4,
} as const;

/** One of `EXIT_CODES`. */
export type ExitCode = (typeof EXIT_CODES)[keyof typeof EXIT_CODES];
