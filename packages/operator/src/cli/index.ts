/** The operator as a program: its flags, what it says when they are wrong, and its exit status. */
export { runCommand } from './run-command.ts';
export type { CommandContext } from './run-command.ts';
export { EXIT_FAILED, EXIT_OK, EXIT_USAGE, parseCommandLine } from './parse-command-line.ts';
export type { CommandLine } from './parse-command-line.ts';
