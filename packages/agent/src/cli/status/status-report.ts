import type { StatusFile } from '../../host/status/index.ts';

/** Why no agent runs. */
export type AbsenceCause = 'not-configured' | 'misconfigured' | 'let-go' | 'starting' | 'failed' | 'stopped';

/** That no agent runs, why, and what is to be done about it. */
export interface Absence {
  readonly cause: AbsenceCause;
  /** A few words. */
  readonly headline: string;
  /** Sentences. */
  readonly advice: readonly string[];
}

/** How the agent of this device fares, as `--json` prints it. */
export type StatusReport = ({ readonly isRunning: true } & StatusFile) | ({ readonly isRunning: false } & AbsentReport);

/** What is known of a device without an agent. */
export interface AbsentReport extends Absence {
  readonly deviceId: string | undefined;
  readonly controlPlane: { readonly url: string | undefined };
  readonly addresses: StatusFile['addresses'];
  /** The last thing that went wrong before an agent ended that could not say farewell. */
  readonly lastError?: StatusFile['lastError'];
}
