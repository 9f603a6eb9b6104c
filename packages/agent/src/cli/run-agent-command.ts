import { resolveAgentConfig } from '../config/index.ts';
import type { Agent } from '../create-agent.ts';
import { stateDocumentsOf } from '../host/state/index.ts';
import { agentOptions } from './agent-options-of-config.ts';
import type { ExitCode } from './exit-codes.ts';
import { runProgram } from './run-program.ts';
import type { HostProcess } from './run-program.ts';

/** What the program `k4e-agent` has from the process it runs in. */
export interface AgentProgram extends HostProcess {
  readonly createAgent: (options: ReturnType<typeof agentOptions>) => Agent;
}

/** How a device's run ended, in words. */
export const OUTCOMES = {
  stopped: 'stopped; workloads go on',
  disconnected: 'let go by the control plane; workloads are gone',
} as const;

/** The program `k4e-agent`, from its command line to its exit status. Never rejects. */
export function runAgentCommand({ createAgent, ...host }: AgentProgram): Promise<ExitCode> {
  return runProgram(
    {
      name: 'k4e-agent',
      description:
        'Makes this device what its EdgeDevice and EdgeDeployments say, with podman, and reports to the operator.',
      resolve: resolveAgentConfig,
      documentsOf: stateDocumentsOf,
      run: async (config, logger, { signal }) =>
        OUTCOMES[await createAgent(agentOptions(config, logger)).run({ signal })],
    },
    host,
  );
}
