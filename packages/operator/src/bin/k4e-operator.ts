#!/usr/bin/env node
import manifest from '../../package.json' with { type: 'json' };
import { runCommand } from '../cli/index.ts';

const stop = new AbortController();
for (const name of ['SIGTERM', 'SIGINT'] as const)
  process.on(name, () => {
    // Told twice: whoever says it does not want to wait.
    if (stop.signal.aborted) process.exit(1);
    stop.abort();
  });

const exitCode = await runCommand({
  words: process.argv.slice(2),
  env: process.env,
  version: manifest.version,
  signal: stop.signal,
  writeOut: (text) => process.stdout.write(text),
  writeError: (text) => process.stderr.write(text),
});
process.exit(exitCode);
