import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
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
  /** Whether it is two processes: a gateway that starts the device worker. Default: one. */
  readonly isSplit?: boolean;
  /** Holds its state, its configuration file and its log. An agent started on it again is the same agent. */
  readonly directory: string;
}

/** Where an agent keeps what must survive it. */
export function stateDirectoryOf(directory: string): string {
  return join(directory, 'state');
}

/** Where a gateway has its sockets, whose paths are short. */
export function runDirectoryOf(directory: string): string {
  return `/tmp/k4e-run-${basename(dirname(directory))}`;
}

/** Starts the agent; resolves when the process is there. Its firewall drops what no workload has opened. */
export async function startAgentProcess(options: AgentOptions): Promise<Program> {
  const { deviceId, controlPlaneUrl, podmanSocket, enter, isSplit = false, directory } = options;
  await mkdir(directory, { recursive: true });
  const workersDir = join(directory, 'workers');
  const configuration = {
    deviceId,
    controlPlane: { url: controlPlaneUrl },
    stateDir: stateDirectoryOf(directory),
    statusFile: join(directory, 'status.json'),
    podman: { socket: podmanSocket },
    firewall: { kind: 'nftables', policy: 'drop' },
    log: { level: 'debug' },
    pollIntervalSeconds: 1,
    gateway: { workersDir, runDir: runDirectoryOf(directory) },
  };
  const configFile = join(directory, 'agent.yaml');
  await writeFile(configFile, JSON.stringify(configuration));
  if (isSplit) await installWorker(workersDir, configFile);
  const name = isSplit ? 'k4e-gateway' : 'k4e-agent';
  return startProgram({
    name,
    enter,
    command: [...programCommand(name), '--config', configFile],
    logFile: join(directory, 'agent.log'),
  });
}

/** A worker as a package would install it; this one knows where its configuration is. */
async function installWorker(directory: string, configFile: string): Promise<void> {
  const [node = '', ...words] = programCommand('k4e-device-worker');
  const [program = '', ...flags] = words.toReversed();
  const script = [
    `#!/usr/bin/env -S ${[node, ...flags].join(' ')}`,
    `process.argv.push('--config', ${JSON.stringify(configFile)});`,
    `import(${JSON.stringify(program)});`,
    '',
  ];
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'device-worker'), script.join('\n'), { mode: 0o755 });
}
