/**
 * `npm run check`: everything that can be said of the code without running it. Types, lint, format, floors, unused code,
 * and whether the built packages can be imported by ESM and CommonJS users.
 */
import { fail, installDependencies, runScript, runToolQuietly, say } from './bootstrap.mjs';

/** Takes as long as all the others, and goes on beside them. */
const LINT = ['lint', 'eslint', ['--max-warnings=0', '.']];

const OTHERS = [
  ['types', 'tsc', ['--noEmit']],
  ['format', 'prettier', ['--check', '--log-level=warn', '.']],
  ['floors', 'depcruise', ['packages', '--output-type=err']],
  ['unused code', 'knip', ['--no-progress']],
];

const failed = [];

/** Does a check, and passes on in one piece what its tool has said. */
async function check([name, tool, args]) {
  say(`checking ${name} ...`);
  const { code, output } = await runToolQuietly(tool, args);
  say(`checked ${name}${code === 0 ? '' : ': not in order'}`);
  process.stderr.write(output);
  if (code !== 0) failed.push(name);
}

async function checkPackages() {
  say('building, and checking the packed packages ...');
  if ((await runScript('scripts/build.ts', [])) !== 0) failed.push('build');
  else if ((await runScript('scripts/check-packages.ts', [])) !== 0) failed.push('packages');
}

async function checkOthers() {
  for (const other of OTHERS) await check(other);
  await checkPackages();
}

installDependencies();
await Promise.all([check(LINT), checkOthers()]);
if (failed.length > 0) fail(`not in order: ${failed.join(', ')}`);
say('all checks passed');
