import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const run = promisify(execFile);
const UNIT = join(import.meta.dirname, '../../systemd/k4e-agent.service');
/** Highest exposure that is taken, out of 100: `systemd-analyze security` calls up to 40 "OK". */
const EXPOSURE_LIMIT = '30';

const hasAnalyze = await run('systemd-analyze', ['--version']).then(
  () => true,
  () => false,
);
const cannotRun = !hasAnalyze && process.env.K4E_REQUIRE_ALL !== '1';

let directory: string;
let copy: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'k4e-unit-'));
  copy = join(directory, 'k4e-agent.service');
  // The program is not installed on the machine that tests; any that is there does for the check.
  const unit = await readFile(UNIT, 'utf8');
  await writeFile(copy, unit.replace('ExecStart=/usr/bin/k4e-agent', `ExecStart=${process.execPath}`));
});
afterAll(() => rm(directory, { recursive: true }));

test.skipIf(cannotRun)('systemd has nothing to say against the unit (needs systemd-analyze)', async () => {
  const { stdout, stderr } = await run('systemd-analyze', ['verify', '--man=no', copy]);
  expect([stdout, stderr]).toEqual(['', '']);
});

test.skipIf(cannotRun)('a setting that systemd does not know would be told (needs systemd-analyze)', async () => {
  const broken = join(directory, 'broken.service');
  await writeFile(broken, (await readFile(copy, 'utf8')).replace('RestartSec=10', 'RestartSecs=10'));
  const { stderr } = await run('systemd-analyze', ['verify', '--man=no', broken]);
  expect(stderr).toContain('RestartSecs');
});

test.skipIf(cannotRun)('the unit is hardened (needs systemd-analyze)', async () => {
  await run('systemd-analyze', ['security', '--offline=true', `--threshold=${EXPOSURE_LIMIT}`, copy]);
});

test('nothing waits for a network, and nothing gives up', async () => {
  const unit = await readFile(UNIT, 'utf8');
  expect(unit).not.toContain('network-online');
  expect(unit).toMatch(/^Restart=on-failure$/m);
  expect(unit).toMatch(/^StartLimitIntervalSec=0$/m);
});
