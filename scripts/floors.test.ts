import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';

/** Proves that each rule of the floors fires: plants a violation in a tree of its own, and expects just that rule. */
const run = promisify(execFile);
const root = join(import.meta.dirname, '..');
const cruiser = join(root, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruiser.mjs');

let tree: string;
beforeEach(async () => {
  tree = await mkdtemp(join(tmpdir(), 'k4e-floors-'));
  await cp(join(root, '.dependency-cruiser.cjs'), join(tree, '.dependency-cruiser.cjs'));
  await writeFile(
    join(tree, 'tsconfig.json'),
    '{"compilerOptions":{"allowImportingTsExtensions":true,"noEmit":true,"module":"NodeNext"}}',
  );
  await plant('node_modules/typedi/package.json', '{"name":"typedi","version":"1.0.0","main":"index.js"}');
  await plant('node_modules/typedi/index.js', '');
});
afterEach(() => rm(tree, { recursive: true, force: true }));

async function plant(file: string, content: string): Promise<void> {
  await mkdir(dirname(join(tree, file)), { recursive: true });
  await writeFile(join(tree, file), content);
}

async function brokenRules(): Promise<string[]> {
  const args = [cruiser, 'packages', '--config', '.dependency-cruiser.cjs', '--output-type', 'json'];
  const { stdout } = await run(process.execPath, args, { cwd: tree, maxBuffer: 16_000_000 }).catch((error: unknown) => {
    if (error instanceof Error && 'stdout' in error && typeof error.stdout === 'string')
      return { stdout: error.stdout };
    throw error;
  });
  const report = JSON.parse(stdout) as { summary: { violations: { rule: { name: string } }[] } };
  return [...new Set(report.summary.violations.map(({ rule }) => rule.name))];
}

const core = 'packages/core/src';

test.each<[rule: string, from: string, to: string]>([
  ['foundation-imports-nothing-of-ours', `${core}/foundation/a.ts`, `${core}/ports/index.ts`],
  ['schemas-import-the-foundation-only', `${core}/resources/a.ts`, `${core}/protocol/index.ts`],
  ['ports-import-schemas-only', `${core}/ports/a.ts`, `${core}/reconcile/index.ts`],
  ['machinery-knows-no-domain', `${core}/reconcile/a.ts`, `${core}/device/index.ts`],
  ['machinery-knows-no-domain', `${core}/testing/a.ts`, `${core}/gateway/index.ts`],
  ['machinery-knows-no-domain', `${core}/system/a.ts`, `${core}/link/index.ts`],
  ['the-link-knows-none-of-its-ends', `${core}/link/a.ts`, `${core}/device/index.ts`],
  ['the-link-knows-none-of-its-ends', `${core}/link/a.ts`, `${core}/gateway/index.ts`],
  ['the-parties-never-meet', `${core}/control-plane/a.ts`, `${core}/device/index.ts`],
  ['the-parties-never-meet', `${core}/control-plane/a.ts`, `${core}/gateway/index.ts`],
  ['the-parties-never-meet', `${core}/device/a.ts`, `${core}/control-plane/index.ts`],
  ['the-parties-never-meet', `${core}/device/a.ts`, `${core}/gateway/index.ts`],
  ['the-parties-never-meet', `${core}/gateway/a.ts`, `${core}/control-plane/index.ts`],
  ['the-parties-never-meet', `${core}/gateway/a.ts`, `${core}/device/index.ts`],
  ['the-control-plane-has-no-link', `${core}/control-plane/a.ts`, `${core}/link/index.ts`],
  ['core-imports-no-other-package', `${core}/device/a.ts`, 'packages/store-sqlite/src/index.ts'],
  ['fakes-are-for-tests', `${core}/device/a.ts`, `${core}/testing/index.ts`],
  ['adapters-import-core-only', 'packages/runtime-podman/src/a.ts', 'packages/firewall-nftables/src/index.ts'],
  ['conformance-imports-core-only', 'packages/conformance/src/a.ts', 'packages/runtime-podman/src/index.ts'],
  ['testbed-is-for-tests', 'packages/operator/src/a.ts', 'packages/testbed/src/index.ts'],
  ['packages-have-a-front-door', 'packages/conformance/src/a.ts', `${core}/ports/deep/clock.ts`],
  ['operator-and-agent-are-strangers', 'packages/operator/src/a.ts', 'packages/agent/src/index.ts'],
  ['typedi-in-compositions-only', 'packages/agent/src/a.ts', 'node_modules/typedi/index.js'],
])('%s: %s -> %s', async (rule, from, to) => {
  const depth = '../'.repeat(from.split('/').length - 1);
  await plant(from, `import '${to.startsWith('node_modules') ? 'typedi' : depth + to}';\n`);
  if (!to.startsWith('node_modules')) await plant(to, 'export const planted = 1;\n');
  await plant('packages/agent/package.json', '{"name":"@k4e/agent","dependencies":{"typedi":"1.0.0"}}');
  expect(await brokenRules()).toContain(rule);
});

test('no-cycles', async () => {
  await plant(`${core}/device/a.ts`, "import './b.ts';\n");
  await plant(`${core}/device/b.ts`, "import './a.ts';\n");
  expect(await brokenRules()).toEqual(['no-cycles']);
});

test('nothing-that-is-not-declared', async () => {
  await plant('packages/agent/package.json', '{"name":"@k4e/agent"}');
  await plant('packages/agent/src/composition/a.ts', "import 'typedi';\n");
  expect(await brokenRules()).toEqual(['nothing-that-is-not-declared']);
});

test('a tree that keeps to the floors breaks no rule', async () => {
  await plant('packages/operator/src/a.test.ts', "import '../../testbed/src/index.ts';\n");
  await plant('packages/testbed/src/index.ts', 'export const planted = 1;\n');
  await plant('packages/conformance/src/a.ts', "import '../../core/src/ports/index.ts';\n");
  await plant(`${core}/device/a.ts`, "import '../ports/index.ts';\n");
  await plant(`${core}/ports/index.ts`, 'export const planted = 1;\n');
  await plant(`${core}/gateway/a.ts`, "import '../link/index.ts';\n");
  await plant(`${core}/link/index.ts`, 'export const planted = 1;\n');
  expect(await brokenRules()).toEqual([]);
});
