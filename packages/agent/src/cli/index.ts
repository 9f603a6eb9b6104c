/**
 * The programs around agent, gateway and device worker: command line, configuration, exit status. It takes the process it runs in as an argument, so
 * that the files in `bin` hold nothing but that process, and tests hold one of their own.
 */
export { EXIT_CODES } from './exit-codes.ts';
export type { ExitCode } from './exit-codes.ts';
export { hostProcess } from './host-process.ts';
export { runAgentCommand } from './run-agent-command.ts';
export { runDeviceWorkerCommand } from './run-device-worker-command.ts';
export type { DeviceWorkerProgram } from './run-device-worker-command.ts';
export { runGatewayCommand } from './run-gateway-command.ts';
export type { GatewayProgram } from './run-gateway-command.ts';
export type { HostProcess } from './run-program.ts';
export type { AgentHost, AgentProgram } from './run-agent-command.ts';
