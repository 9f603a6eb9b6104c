import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { programCommand } from './program-command.ts';
import { startProgram } from './program.ts';
import type { Program } from './program.ts';

/** What an agent is told. */
export interface AgentOptions {
  readonly deviceId: string;
  readonly controlPlaneUrl: string;
  readonly podmanSocket: string;
  /** What its command line begins with: where podman is. */
  readonly enter: readonly string[];
  /** Holds its state, its configuration file and its log. An agent started on it again is the same agent. */
  readonly directory: string;
}

/** Where an agent keeps what must survive it. */
export function stateDirectoryOf(directory: string): string {
  return join(directory, 'state');
}

/** Starts `k4e-agent`; resolves when the process is there. Its firewall drops what no workload has opened. */
export async function startAgentProcess(options: AgentOptions): Promise<Program> {
  const { deviceId, controlPlaneUrl, podmanSocket, enter, directory } = options;
  await mkdir(directory, { recursive: true });
  const configuration = {
    deviceId,
    controlPlane: { url: controlPlaneUrl },
    stateDir: stateDirectoryOf(directory),
    podman: { socket: podmanSocket },
    firewall: { kind: 'nftables', policy: 'drop' },
    log: { level: 'debug' },
    pollIntervalSeconds: 1,
  };
  const configFile = join(directory, 'agent.yaml');
  await writeFile(configFile, JSON.stringify(configuration));
  return startProgram({
    name: 'k4e-agent',
    enter,
    command: [...programCommand('k4e-agent'), '--config', configFile],
    logFile: join(directory, 'agent.log'),
  });
}
