/** Starting and stopping as an explicit list of steps, in order, each with a deadline. */
export { runSteps } from './run-steps.ts';
export type { LifecycleStep } from './run-steps.ts';
