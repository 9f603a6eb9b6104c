#!/usr/bin/env node
import manifest from '../../package.json' with { type: 'json' };
import { runGatewayCommand, stopOnSignals } from '../cli/index.ts';
import { createGatewayHost } from '../composition/index.ts';

process.exit(
  await runGatewayCommand({
    args: process.argv.slice(2),
    version: manifest.version,
    user: { uid: process.getuid?.() ?? 0, env: process.env },
    signal: stopOnSignals(process),
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    createGatewayHost,
  }),
);
