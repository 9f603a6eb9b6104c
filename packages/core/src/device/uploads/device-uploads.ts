import type { UploadProblem } from './upload-problem.ts';
import type { UploadReport } from './upload-report.ts';
import { NO_UPLOADS } from './upload-target.ts';
import type { UploadTarget } from './upload-target.ts';

/** What becomes of the files of a device's workloads. */
export interface DeviceUploads {
  /** Replaces what is wanted. */
  aim(target: UploadTarget): void;
  /** Whether pods are gone may be otherwise than before. */
  reconsider(): void;
  /** How the uploads of each workload of the configuration fare that has paths, by name. */
  reports(): ReadonlyMap<string, UploadReport>;
  /** Works until `signal` fires, then resolves when what it was doing has ended. */
  run(options: { readonly signal: AbortSignal }): Promise<void>;
  /**
   * Uploads what is left, for good, after `run` has ended and all pods are gone. Resolves to whether all is uploaded, after
   * `limitMs` at the latest; what is left is announced.
   */
  finish(options: { readonly signal: AbortSignal; readonly limitMs: number }): Promise<boolean>;
}

const UNABLE: UploadProblem = { message: 'the agent of this device cannot upload files' };

/** A device that cannot upload: it says so for each workload that wants it. */
export function createMissingUploads(): DeviceUploads {
  let target = NO_UPLOADS;
  return {
    aim: (wanted) => void (target = wanted),
    reconsider: () => undefined,
    reports: () => new Map(target.workloads.map(({ name }) => [name, { workload: name, problem: UNABLE }])),
    run: () => Promise.resolve(),
    finish: () => Promise.resolve(true),
  };
}
