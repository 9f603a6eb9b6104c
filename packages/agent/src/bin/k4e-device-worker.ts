#!/usr/bin/env node
import manifest from '../../package.json' with { type: 'json' };
import { runDeviceWorkerCommand, stopOnSignals } from '../cli/index.ts';
import { createAgent } from '../create-agent.ts';

process.exit(
  await runDeviceWorkerCommand({
    args: process.argv.slice(2),
    version: manifest.version,
    user: { uid: process.getuid?.() ?? 0, env: process.env },
    pid: process.pid,
    signal: stopOnSignals(process),
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    createAgent,
  }),
);
