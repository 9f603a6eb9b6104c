/**
 * `npm test`: everything, from a bare clone. Installs the dependencies, prepares the real parts (podman, kube-apiserver,
 * etcd, device image), builds, and runs the unit, contract, integration and end-to-end tests.
 * The last line is `N passed, N failed, N skipped`, whatever happens.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installDependencies, runScript, runTool, say } from './bootstrap.mjs';

const HELP = `npm test -- [file ...]

Prepares the real parts that the tests run against (podman, kube-apiserver, etcd, a device image: some minutes the first
time, then from ~/.cache/k4e), builds the packages, and runs all tests, or those whose path contains one of the words given.
The last line counts: N passed, N failed, N skipped.

  K4E_REQUIRE_ALL=1   a part that cannot be had, and a skipped test, is a failure
`;

const NOTHING = { passed: 0, failed: 0, skipped: 0 };
const ONE_FAILURE = { passed: 0, failed: 1, skipped: 0 };

/** Runs the tests; gives their counts. A run that leaves no report counts as a failure. */
async function runTests(files) {
  const directory = mkdtempSync(join(tmpdir(), 'k4e-report-'));
  const outputFile = join(directory, 'report.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${outputFile}`];
  const code = await runTool('vitest', ['run', ...reporters, '--passWithNoTests', ...files]);
  const report = existsSync(outputFile) ? JSON.parse(readFileSync(outputFile, 'utf8')) : undefined;
  rmSync(directory, { recursive: true, force: true });
  if (report === undefined) return code === 0 ? NOTHING : ONE_FAILURE;
  const isBroken = report.numFailedTests === 0 && (!report.success || code !== 0);
  return {
    passed: report.numPassedTests,
    failed: isBroken ? Math.max(1, report.numFailedTestSuites) : report.numFailedTests,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** Prepares, builds and runs; gives the counts. */
async function runAll(files) {
  if ((await runScript('packages/testbed/src/prepare.ts', [])) !== 0) {
    say('a part that the tests need could not be prepared; see above');
    return ONE_FAILURE;
  }
  say('building the packages ...');
  if ((await runScript('scripts/build.ts', ['--fast'])) !== 0) {
    say('the build failed; see above');
    return ONE_FAILURE;
  }
  return runTests(files);
}

/** Prints the closing line; gives the exit code. */
function conclude({ passed, failed, skipped }) {
  const mustNotSkip = process.env.K4E_REQUIRE_ALL === '1' && skipped > 0;
  if (mustNotSkip) say('K4E_REQUIRE_ALL=1: nothing may be skipped');
  if (passed + failed === 0) say('no test ran: no file has such a path');
  process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`);
  return failed > 0 || passed === 0 || mustNotSkip ? 1 : 0;
}

const args = process.argv.slice(2);
const flags = args.filter((arg) => arg.startsWith('-'));
if (flags.includes('--help') || flags.includes('-h')) {
  process.stdout.write(HELP);
} else if (flags.length > 0) {
  process.stderr.write(`unknown: ${flags.join(' ')}\n\n${HELP}`);
  process.exitCode = 2;
} else {
  installDependencies();
  process.exitCode = conclude(await runAll(args));
}
