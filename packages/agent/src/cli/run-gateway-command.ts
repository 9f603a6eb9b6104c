import { dirname } from 'node:path';
import type { Logger } from '@k4e/core/ports';
import type { GatewayHost, GatewayHostOptions } from '../composition/index.ts';
import { DEFAULT_CONFIG_FILE, resolveAgentConfig } from '../config/index.ts';
import type { AgentConfig } from '../config/index.ts';
import { gatewayDocumentsOf } from '../host/state/index.ts';
import type { ExitCode } from './exit-codes.ts';
import { runProgram } from './run-program.ts';
import type { HostProcess } from './run-program.ts';
import { withTransport } from './with-transport.ts';

/** What the program `k4e-gateway` has from the process it runs in. */
export interface GatewayProgram extends HostProcess {
  readonly createGatewayHost: (options: GatewayHostOptions) => GatewayHost;
}

const MS_PER_SECOND = 1_000;
/** How a gateway's run ended, in words. */
export const GATEWAY_OUTCOMES = {
  stopped: 'stopped, and its workers with it; workloads go on',
  disconnected: 'let go by the control plane',
} as const;

/** The program `k4e-gateway`, from its command line to its exit status. Never rejects. */
export function runGatewayCommand({ createGatewayHost, ...host }: GatewayProgram): Promise<ExitCode> {
  return runProgram(
    {
      name: 'k4e-gateway',
      description: 'Passes messages between the operator and the workers of this device, which it starts.',
      resolve: resolveAgentConfig,
      documentsOf: (stateDir) => [gatewayDocumentsOf(stateDir)],
      run: async (config, logger, { signal }) =>
        GATEWAY_OUTCOMES[
          await withTransport(config, logger, (given) =>
            createGatewayHost({ ...gatewayOptions(config, logger), ...given }).run({ signal }),
          )
        ],
    },
    host,
  );
}

/** What a gateway is to be told for a configuration. */
export function gatewayOptions(config: AgentConfig, logger: Logger): GatewayHostOptions {
  const { deviceId, stateDir, gateway, log } = config;
  return {
    ...{ deviceId, stateDir, logger, logLevel: log.level },
    ...gateway,
    controlPlaneUrl: config.controlPlane.url,
    configDir: dirname(DEFAULT_CONFIG_FILE),
    pollIntervalMs: config.pollIntervalSeconds * MS_PER_SECOND,
  };
}
