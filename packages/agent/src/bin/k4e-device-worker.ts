#!/usr/bin/env node
import manifest from '../../package.json' with { type: 'json' };
import { hostProcess } from '../cli/host-process.ts';
import { runDeviceWorkerCommand } from '../cli/run-device-worker-command.ts';
import { createAgent } from '../create-agent.ts';
import { createStatusFile } from '../host/status/index.ts';

process.exit(
  await runDeviceWorkerCommand({
    ...hostProcess(process, manifest.version),
    pid: process.pid,
    createAgent,
    createStatusFile,
  }),
);
