/**
 * `npm test`: everything, from a bare clone. Installs the dependencies, prepares the real parts (podman, kube-apiserver,
 * etcd, device image), builds, and runs the unit, contract, integration and end-to-end tests.
 * The last line is `N passed, N failed, N skipped`.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fail, installDependencies, runScript, runTool, say } from './bootstrap.mjs';

const KINDS = [
  { projects: ['unit'], args: [] },
  { projects: ['contract', 'integration', 'e2e'], args: ['--no-file-parallelism'] },
];

/** Runs some kinds of test; gives their counts. */
async function runTests({ projects, args }, reports) {
  const outputFile = join(reports, `${projects[0]}.json`);
  const chosen = projects.flatMap((project) => ['--project', project]);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${outputFile}`];
  const code = await runTool('vitest', ['run', ...chosen, ...args, ...reporters]);
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, numFailedTestSuites, success } = JSON.parse(
    readFileSync(outputFile, 'utf8'),
  );
  const brokenFiles = numFailedTests === 0 && (!success || code !== 0) ? Math.max(1, numFailedTestSuites) : 0;
  return { passed: numPassedTests, failed: numFailedTests + brokenFiles, skipped: numPendingTests + numTodoTests };
}

installDependencies();
if ((await runScript('packages/testbed/src/prepare.ts', [])) !== 0)
  fail('a part that the tests need could not be prepared; see above');
say('building the packages ...');
if ((await runScript('scripts/build.ts', [])) !== 0) fail('the build failed; see above');
const reports = mkdtempSync(join(tmpdir(), 'k4e-reports-'));
const counts = [];
for (const kind of KINDS) counts.push(await runTests(kind, reports));
rmSync(reports, { recursive: true, force: true });
const sum = (key) => counts.reduce((total, count) => total + count[key], 0);
const mustNotSkip = process.env.K4E_REQUIRE_ALL === '1' && sum('skipped') > 0;
if (mustNotSkip) say('K4E_REQUIRE_ALL=1: nothing may be skipped');
process.stdout.write(`${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped\n`);
process.exitCode = sum('failed') > 0 || sum('passed') === 0 || mustNotSkip ? 1 : 0;
