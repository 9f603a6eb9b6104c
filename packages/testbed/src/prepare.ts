/**
 * The program that makes sure of parts before the tests run, all of them or those that are named:
 * `node src/prepare.ts [--json] [part ...]`. Progress goes to standard
 * error; with `--json`, one line for each part to standard output. Ends with 1 under `K4E_REQUIRE_ALL=1` when a part
 * cannot be had.
 */
import { parseArgs } from 'node:util';

import { PART_NAMES, isPartName } from './part-catalogue.ts';
import { progressOnStderr } from './parts/index.ts';
import { prepareParts } from './prepare-parts.ts';
import type { PreparedPart } from './prepare-parts.ts';
import { readTestbedEnvironment } from './testbed-environment.ts';

const { values, positionals } = parseArgs({
  options: { json: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const unknown = positionals.filter((word) => !isPartName(word));
if (unknown.length > 0) throw new Error(`no such part: ${unknown.join(', ')}; there are ${PART_NAMES.join(', ')}`);
const named = positionals.filter(isPartName);
const environment = readTestbedEnvironment();
const prepared = await prepareParts(
  named.length > 0 ? named : PART_NAMES,
  { environment, progress: progressOnStderr },
  (part) => {
    for (const line of describe(part)) progressOnStderr(line);
    if (values.json) process.stdout.write(`${JSON.stringify(part)}\n`);
  },
);
if (environment.requireAll && prepared.some((part) => !part.ok)) process.exitCode = 1;

function describe(part: PreparedPart): readonly string[] {
  if (part.ok) return [`${part.part}: ready after ${String(part.ms)} ms`, ...part.found.map((line) => `  ${line}`)];
  const consequence = environment.requireAll
    ? 'K4E_REQUIRE_ALL=1 forbids that'
    : 'the tests that need it will be skipped';
  return [`${part.part}: not to be had; ${consequence}`, `  ${part.reason}`];
}
