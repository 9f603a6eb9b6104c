import type { Logger } from '@k4e/core/ports';
import type { GatewayHost, GatewayHostOptions } from '../composition/index.ts';
import { resolveAgentConfig } from '../config/index.ts';
import type { AgentConfig } from '../config/index.ts';
import type { Agent } from '../create-agent.ts';
import { gatewayDocumentsOf, stateDocumentsOf } from '../host/state/index.ts';
import type { WorkerFile } from '../host/workers/index.ts';
import { agentOptions } from './agent-options-of-config.ts';
import type { ExitCode } from './exit-codes.ts';
import type { AgentFlags } from './parse-flags.ts';
import { GATEWAY_OUTCOMES, gatewayOptions } from './run-gateway-command.ts';
import { runProgram } from './run-program.ts';
import type { HostProcess } from './run-program.ts';
import { withStatusFile } from './with-status-file.ts';
import type { StatusFileHost } from './with-status-file.ts';
import { withTransport } from './with-transport.ts';

/** What the programs that make an agent have from the process they run in. */
export interface AgentHost extends HostProcess, StatusFileHost {
  readonly createAgent: (options: ReturnType<typeof agentOptions>) => Agent;
}

/** What the program `k4e-agent` has from the process it runs in. */
export interface AgentProgram extends AgentHost {
  /** Loads what makes a gateway with processes of its own, which one process does not need. */
  readonly loadGatewayHost: () => Promise<(options: GatewayHostOptions) => GatewayHost>;
  /** How the device worker is started as a process: a program, and the begin of its command line. */
  readonly deviceWorker: readonly [path: string, ...args: readonly string[]];
}

/** How a device's run ended, in words. */
export const OUTCOMES = {
  stopped: 'stopped; workloads go on',
  disconnected: 'let go by the control plane; workloads are gone',
} as const;

/** The program `k4e-agent`, from its command line to its exit status. Never rejects. */
export function runAgentCommand(program: AgentProgram): Promise<ExitCode> {
  const { createAgent, loadGatewayHost, deviceWorker } = program;
  const split = async (config: AgentConfig, logger: Logger, flags: AgentFlags, signal: AbortSignal) => {
    const createGatewayHost = await loadGatewayHost();
    const options = { ...gatewayOptions(config, logger), ownWorkers: [ownWorker(deviceWorker, config, flags)] };
    return withTransport(config, logger, (given) => createGatewayHost({ ...options, ...given }).run({ signal }));
  };
  const join = (config: AgentConfig, logger: Logger, signal: AbortSignal) =>
    withTransport(config, logger, (given) => {
      const create = (heard: object): Agent => createAgent({ ...agentOptions(config, logger), ...given, ...heard });
      return withStatusFile(config, program, logger, create, signal);
    });
  return runProgram(
    {
      name: 'k4e-agent',
      description:
        'Makes this device what its EdgeDevice and EdgeDeployments say, with podman, and reports to the operator.',
      canSplit: true,
      resolve: resolveAgentConfig,
      documentsOf: (stateDir) => [stateDocumentsOf(stateDir), gatewayDocumentsOf(stateDir)],
      run: async (config, logger, { signal }, flags) =>
        flags.isSplit
          ? GATEWAY_OUTCOMES[await split(config, logger, flags, signal)]
          : OUTCOMES[await join(config, logger, signal)],
    },
    program,
  );
}

/** A worker inherits nothing of our environment: what depends on it is said in full. */
function ownWorker(
  [path, ...args]: AgentProgram['deviceWorker'],
  { stateDir, statusFile, podman, firewall, controlPlane }: AgentConfig,
  { configFile }: AgentFlags,
): WorkerFile {
  const settings = [
    ...(configFile === undefined ? [] : ['--config', configFile]),
    ...['--state-dir', stateDir, '--status-file', statusFile, '--podman-socket', podman.socket],
    ...['--firewall', firewall.kind, '--firewall-policy', firewall.policy],
    ...['--control-plane', controlPlane.url],
  ];
  return { name: 'k4e-device-worker', path, args: [...args, ...settings], version: 'ours' };
}
