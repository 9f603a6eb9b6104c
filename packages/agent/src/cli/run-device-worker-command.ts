import { K4eError } from '@k4e/core';
import { DEVICE_DIRECTIVE } from '@k4e/core/protocol';
import { createSystemClock } from '@k4e/core/system';
import { LOG_LEVELS } from '@k4e/logging-pino';
import { createWorkerLink } from '@k4e/link-yggdrasil';
import { resolveWorkerConfig } from '../config/index.ts';
import type { AgentUser } from '../config/index.ts';
import type { Agent } from '../create-agent.ts';
import { stateDocumentsOf } from '../host/state/index.ts';
import { agentOptions } from './agent-options-of-config.ts';
import type { ExitCode } from './exit-codes.ts';
import { OUTCOMES } from './run-agent-command.ts';
import type { AgentHost } from './run-agent-command.ts';
import { runProgram } from './run-program.ts';
import { withStatusFile } from './with-status-file.ts';

/** The program `k4e-device-worker`, from its command line to its exit status. Never rejects. */
export function runDeviceWorkerCommand(program: AgentHost): Promise<ExitCode> {
  const { createAgent, pid } = program;
  return runProgram(
    {
      name: 'k4e-device-worker',
      description:
        'Makes this device what its configuration says, with podman. Is started by k4e-gateway or yggdrasil.',
      resolve: resolveWorkerConfig,
      gateway: settingsOfGateway,
      documentsOf: (stateDir) => [stateDocumentsOf(stateDir)],
      run: async (config, logger, { user, signal }) => {
        const parts = { handler: DEVICE_DIRECTIVE, pid, clock: createSystemClock(), logger, random: Math.random };
        const link = createWorkerLink({ ...parts, dispatcherAddress: dispatcherOf(user) });
        link.register();
        try {
          const create = (heard: object): Agent => createAgent({ ...agentOptions(config, logger), link, ...heard });
          return OUTCOMES[await withStatusFile(config, program, logger, create, signal)];
        } finally {
          await link.close();
        }
      },
    },
    program,
  );
}

/**
 * Who this device is, and how much is logged (wire): the names of the newer generation, else those of the older. What is logged
 * goes to the gateway, which reads lines of JSON as they are meant.
 */
function settingsOfGateway(env: AgentUser['env']): Readonly<Record<string, unknown>> {
  const level = (env.YGG_LOG_LEVEL ?? env.LOG_LEVEL)?.toLowerCase();
  const isLevel = LOG_LEVELS.some((known) => known === level);
  return { deviceId: env.YGG_CLIENT_ID ?? env.DEVICE_ID, log: { format: 'json', ...(isLevel ? { level } : {}) } };
}

function dispatcherOf({ env }: AgentUser): string {
  const { YGG_SOCKET_ADDR: address } = env;
  if (address !== undefined && address !== '') return address;
  const message = 'is not set: a gateway says there where it listens, and starts this program';
  throw new K4eError('CONFIG_INVALID', { subject: 'YGG_SOCKET_ADDR', message, retry: 'never' });
}
