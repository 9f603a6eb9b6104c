/**
 * `npm run check`: everything that can be said of the code without running it. Types, lint, format, floors, unused code,
 * and whether the built packages can be imported by ESM and CommonJS users.
 */
import { fail, installDependencies, runScript, runToolQuietly, say } from './bootstrap.mjs';

/** The longest first: they run side by side. */
const CHECKS = [
  ['lint', 'eslint', ['--max-warnings=0', '.']],
  ['types', 'tsc', ['--noEmit']],
  ['format', 'prettier', ['--check', '--log-level=warn', '.']],
  ['floors', 'depcruise', ['packages', '--output-type=err']],
  ['unused code', 'knip', ['--no-progress']],
];

const CHECKS_AT_A_TIME = 2;

const failed = [];

/** Does a check, and passes on all that its tool says when it has ended. */
async function check([name, tool, args]) {
  const { code, output } = await runToolQuietly(tool, args);
  say(`checked ${name}${code === 0 ? '' : ', which is not in order:'}`);
  process.stderr.write(output);
  if (code !== 0) failed.push(name);
}

/** Does what is left, one after the other. */
async function checkOn(rest) {
  for (let next = rest.shift(); next !== undefined; next = rest.shift()) await check(next);
}

installDependencies();
say('checking lint, types, format, floors and unused code ...');
const rest = [...CHECKS];
await Promise.all(Array.from({ length: CHECKS_AT_A_TIME }, () => checkOn(rest)));
say('building, and checking the packed packages ...');
if ((await runScript('scripts/build.ts', [])) !== 0) failed.push('build');
else if ((await runScript('scripts/check-packages.ts', [])) !== 0) failed.push('packages');
if (failed.length > 0) fail(`not in order: ${failed.join(', ')}`);
say('all checks passed');
