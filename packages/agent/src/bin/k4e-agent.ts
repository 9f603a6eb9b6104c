#!/usr/bin/env node
import { fileURLToPath } from 'node:url';
import manifest from '../../package.json' with { type: 'json' };
import { hostProcess } from '../cli/host-process.ts';
import { runAgentCommand } from '../cli/run-agent-command.ts';
import { createAgent } from '../create-agent.ts';

/** The other program of this package, beside this one. */
const worker = fileURLToPath(import.meta.url).replace(/k4e-agent(?=\.[a-z]+$)/, 'k4e-device-worker');

process.exit(
  await runAgentCommand({
    ...hostProcess(process, manifest.version),
    createAgent,
    loadGatewayHost: async () => (await import('../composition/gateway-host.ts')).createGatewayHost,
    deviceWorker: [process.execPath, ...process.execArgv, worker],
  }),
);
