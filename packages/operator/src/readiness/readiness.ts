import type { StoreProbe } from './store-probe.ts';

/** Whether the operator should get requests, and what each check says: `ok`, or why not. */
export interface ReadinessReport {
  readonly ready: boolean;
  readonly checks: Readonly<Record<string, string>>;
}

/** Whether the operator should get requests. */
export interface Readiness {
  report(): Promise<ReadinessReport>;
  /** Says no from now on, for ever: the operator is about to stop. */
  withdraw(): void;
}

const OK = 'ok';

/** Creates the readiness of an operator: its caches were filled once, its store answers, and it is not about to stop. */
export function createReadiness(parts: { readonly synced: () => boolean; readonly probe: StoreProbe }): Readiness {
  let withdrawn = false;
  return {
    async report() {
      const checks = {
        running: withdrawn ? 'the operator is shutting down' : OK,
        caches: parts.synced() ? OK : 'the caches are not filled yet',
        store: (await parts.probe()) ?? OK,
      };
      return { ready: Object.values(checks).every((check) => check === OK), checks };
    },
    withdraw() {
      withdrawn = true;
    },
  };
}
