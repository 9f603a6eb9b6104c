import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SYSTEM_STATUS_FILE } from '../../src/config/index.ts';
import { CHANGED_SUFFIX } from '../../src/host/status/index.ts';

const run = promisify(execFile);
const UNITS = join(import.meta.dirname, '../../systemd');
/** Highest exposure that is taken, out of 100: `systemd-analyze security` calls up to 40 "OK". */
const EXPOSURE_LIMIT = '30';

const hasAnalyze = await run('systemd-analyze', ['--version']).then(
  () => true,
  () => false,
);
const cannotRun = !hasAnalyze && process.env.K4E_REQUIRE_ALL !== '1';

let directory: string;
beforeAll(async () => void (directory = await mkdtemp(join(tmpdir(), 'k4e-unit-'))));
afterAll(() => rm(directory, { recursive: true }));

/** Copies a unit. The program is not installed on the machine that tests; any that is there does for the check. */
async function copyUnit(name: string): Promise<string> {
  const copy = join(directory, name);
  const unit = await readFile(join(UNITS, name), 'utf8');
  await writeFile(copy, unit.replace(/^ExecStart=\/usr\/(bin|lib)\/k4e\S+/m, `ExecStart=${process.execPath}`));
  return copy;
}

describe.each(['k4e-agent', 'k4e-gateway'])('the unit of %s', (name) => {
  const file = join(UNITS, `${name}.service`);
  let copy: string;
  beforeAll(async () => void (copy = await copyUnit(`${name}.service`)));

  test.skipIf(cannotRun)('is nothing that systemd has anything to say against (needs systemd-analyze)', async () => {
    const { stdout, stderr } = await run('systemd-analyze', ['verify', '--man=no', copy]);
    expect([stdout, stderr]).toEqual(['', '']);
  });

  test.skipIf(cannotRun)('would not be let through with a setting that systemd does not know', async () => {
    const broken = join(directory, 'broken.service');
    await writeFile(broken, (await readFile(copy, 'utf8')).replace('RestartSec=10', 'RestartSecs=10'));
    const { stderr } = await run('systemd-analyze', ['verify', '--man=no', broken]);
    expect(stderr).toContain('RestartSecs');
  });

  test.skipIf(cannotRun)('is hardened (needs systemd-analyze)', async () => {
    await run('systemd-analyze', ['security', '--offline=true', `--threshold=${EXPOSURE_LIMIT}`, copy]);
  });

  test('waits for no network, and gives up nothing', async () => {
    const unit = await readFile(file, 'utf8');
    expect(unit).not.toContain('network-online');
    expect(unit).toMatch(/^Restart=on-failure$/m);
    expect(unit).toMatch(/^StartLimitIntervalSec=0$/m);
  });
});

describe('the units of the console', () => {
  let path: string;
  let service: string;
  beforeAll(async () => {
    service = await copyUnit('k4e-console.service');
    path = await copyUnit('k4e-console.path');
  });

  test.skipIf(cannotRun)('are nothing that systemd has anything to say against (needs systemd-analyze)', async () => {
    const { stdout, stderr } = await run('systemd-analyze', ['verify', '--man=no', path, service]);
    expect([stdout, stderr]).toEqual(['', '']);
  });

  test.skipIf(cannotRun)('are hardened (needs systemd-analyze)', async () => {
    await run('systemd-analyze', ['security', '--offline=true', `--threshold=${EXPOSURE_LIMIT}`, service]);
  });

  test('look where the agent says how it fares', async () => {
    const changed = `${SYSTEM_STATUS_FILE}${CHANGED_SUFFIX}`;
    expect(await readFile(path, 'utf8')).toContain(`PathExists=${changed}\n`);
    expect(await readFile(service, 'utf8')).toContain(`rm --force ${changed}\n`);
    for (const name of ['k4e-agent', 'k4e-gateway'])
      expect(await readFile(join(UNITS, `${name}.service`), 'utf8')).toContain(`touch ${changed}\n`);
  });
});
