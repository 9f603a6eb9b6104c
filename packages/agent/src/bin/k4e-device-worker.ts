#!/usr/bin/env node
import manifest from '../../package.json' with { type: 'json' };
import { hostProcess, runDeviceWorkerCommand } from '../cli/index.ts';
import { createAgent } from '../create-agent.ts';

process.exit(
  await runDeviceWorkerCommand({ ...hostProcess(process, manifest.version), pid: process.pid, createAgent }),
);
