import { readTestbedEnvironment } from '../testbed-environment.ts';
import type { TestbedEnvironment } from '../testbed-environment.ts';
import { progressOnStderr } from './progress.ts';
import type { Progress } from './progress.ts';

/** What every search for a part is given. */
export interface PartContext {
  readonly environment: TestbedEnvironment;
  readonly progress: Progress;
  readonly signal?: AbortSignal;
}

/** The context of a test: this process's environment, lines on standard error. */
export function defaultPartContext(): PartContext {
  return { environment: readTestbedEnvironment(), progress: progressOnStderr };
}
