/**
 * The program around the agent: command line, configuration, exit status. It takes the process it runs in as an argument, so
 * that `bin/k4e-agent.ts` holds nothing but that process, and tests hold one of their own.
 */
export { EXIT_CODES } from './exit-codes.ts';
export type { ExitCode } from './exit-codes.ts';
export { stopOnSignals } from './stop-on-signals.ts';
export { runAgentCommand } from './run-agent-command.ts';
export type { AgentProgram } from './run-agent-command.ts';
