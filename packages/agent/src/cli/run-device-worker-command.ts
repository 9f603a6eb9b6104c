import { K4eError } from '@k4e/core';
import { DEVICE_DIRECTIVE } from '@k4e/core/protocol';
import { createSystemClock } from '@k4e/core/system';
import { LOG_LEVELS } from '@k4e/logging-pino';
import { createWorkerLink } from '@k4e/link-yggdrasil';
import { resolveWorkerConfig } from '../config/index.ts';
import type { AgentUser } from '../config/index.ts';
import { stateDocumentsOf } from '../host/state/index.ts';
import { agentOptions } from './agent-options-of-config.ts';
import type { ExitCode } from './exit-codes.ts';
import { OUTCOMES } from './run-agent-command.ts';
import type { AgentHost } from './run-agent-command.ts';
import { runProgram } from './run-program.ts';

/** What the program `k4e-device-worker` has from the process it runs in. */
export interface DeviceWorkerProgram extends AgentHost {
  readonly pid: number;
}

/** The program `k4e-device-worker`, from its command line to its exit status. Never rejects. */
export function runDeviceWorkerCommand({ createAgent, pid, ...host }: DeviceWorkerProgram): Promise<ExitCode> {
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
          return OUTCOMES[await createAgent({ ...agentOptions(config, logger), link }).run({ signal })];
        } finally {
          await link.close();
        }
      },
    },
    host,
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
