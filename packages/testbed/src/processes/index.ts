/**
 * Programs that are started, waited for and never left behind. Whatever a part puts on the machine (a process, a
 * directory, a namespace) is `hold`ed on a leash: the part undoes it when it is stopped, and a small process beside this
 * one undoes it when this one is gone without having done so.
 */
export {
  COMMAND_DEADLINE_MS,
  COMMAND_OUTPUT_LIMIT_BYTES,
  checkedOutput,
  runChecked,
  runCommand,
} from './run-command.ts';
export type { CommandOptions, CommandResult } from './run-command.ts';
export { runLeashed } from './run-leashed.ts';
export { WAIT_INTERVAL_MS, waitUntil } from './wait-until.ts';
export type { WaitOptions } from './wait-until.ts';
export { childrenOf, identifyProcess, isRunning } from './process-identity.ts';
export type { ProcessIdentity } from './process-identity.ts';
export { CLEANUP_DEADLINE_MS } from './cleanup-step.ts';
export type { CleanupStep } from './cleanup-step.ts';
export { mountsBelow } from './mounts-below.ts';
export { hold } from './leash.ts';
export type { Held } from './leash.ts';
export { startDaemon } from './daemon.ts';
export type { Daemon, DaemonOptions } from './daemon.ts';
export { claim } from './claim.ts';
export { freePorts } from './free-ports.ts';
export { makeTemporaryDirectory } from './temporary-directory.ts';
export type { TemporaryDirectory } from './temporary-directory.ts';
export { startInSteps } from './start-in-steps.ts';
export type { Stoppable, Undo } from './start-in-steps.ts';
