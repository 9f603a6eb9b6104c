#!/usr/bin/env node
import { fileURLToPath } from 'node:url';
import manifest from '../../package.json' with { type: 'json' };
import { hostProcess } from '../cli/host-process.ts';

/** The other program of this package, beside this one. */
const worker = fileURLToPath(import.meta.url).replace(/k4e-agent(?=\.[a-z]+$)/, 'k4e-device-worker');

const host = hostProcess(process, manifest.version);
const [command, ...args] = host.args;

// Who asks how the agent fares does not wait until all of an agent is loaded.
if (command === 'status') {
  const { showStatus } = await import('../cli/status/index.ts');
  process.exitCode = await showStatus({ ...host, args, terminal: process.stdout });
} else {
  const [{ runAgentCommand }, { createAgent }, { createStatusFile }] = await Promise.all([
    import('../cli/run-agent-command.ts'),
    import('../create-agent.ts'),
    import('../host/status/index.ts'),
  ]);
  process.exit(
    await runAgentCommand({
      ...host,
      pid: process.pid,
      createAgent,
      createStatusFile,
      loadGatewayHost: async () => (await import('../composition/gateway-host.ts')).createGatewayHost,
      deviceWorker: [process.execPath, ...process.execArgv, worker],
    }),
  );
}
