/**
 * `npm run check`: everything that can be said of the code without running it. Types, lint, format, floors, unused code,
 * and whether the built packages can be imported by ESM and CommonJS users.
 */
import { fail, installDependencies, runScript, runTool, say } from './bootstrap.mjs';

const CHECKS = [
  ['types', 'tsc', ['--noEmit']],
  ['lint', 'eslint', ['--max-warnings=0', '.']],
  ['format', 'prettier', ['--check', '--log-level=warn', '.']],
  ['floors', 'depcruise', ['packages', '--output-type=err']],
  ['unused code', 'knip', ['--no-progress']],
];

installDependencies();
const failed = [];
for (const [name, tool, args] of CHECKS) {
  say(`checking ${name} ...`);
  if ((await runTool(tool, args)) !== 0) failed.push(name);
}
say('building, and checking the packed packages ...');
if ((await runScript('scripts/build.ts', [])) !== 0) failed.push('build');
else if ((await runScript('scripts/check-packages.ts', [])) !== 0) failed.push('packages');
if (failed.length > 0) fail(`not in order: ${failed.join(', ')}`);
say('all checks passed');
