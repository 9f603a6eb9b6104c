/** What a suite started, and ends in the reverse order, however far it came. */
export interface Teardown {
  /** Takes what was started, and gives it back. */
  keep<T extends { stop(): Promise<unknown> }>(started: T): T;
  /** Ends all of it, the last first. Throws the first failure when all is done. */
  readonly run: () => Promise<void>;
}

/** For a suite: `afterAll(teardown.run)`. */
export function createTeardown(): Teardown {
  const steps: (() => Promise<unknown>)[] = [];
  return {
    keep(started) {
      steps.unshift(() => started.stop());
      return started;
    },
    async run() {
      const failures: unknown[] = [];
      for (const step of steps.splice(0)) await step().catch((error: unknown) => failures.push(error));
      if (failures.length > 0) throw failures[0];
    },
  };
}
