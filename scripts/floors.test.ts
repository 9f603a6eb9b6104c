import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

/** Proves that each rule of the floors fires, on planted violations. */
const run = promisify(execFile);
const root = join(import.meta.dirname, '..');
const cruiser = join(root, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruiser.mjs');

let tree: string;

async function makeTree(): Promise<void> {
  tree = await mkdtemp(join(tmpdir(), 'k4e-floors-'));
  await cp(join(root, '.dependency-cruiser.cjs'), join(tree, '.dependency-cruiser.cjs'));
  await writeFile(
    join(tree, 'tsconfig.json'),
    '{"compilerOptions":{"allowImportingTsExtensions":true,"noEmit":true,"module":"NodeNext"}}',
  );
  await plant('node_modules/typedi/package.json', '{"name":"typedi","version":"1.0.0","main":"index.js"}');
  await plant('node_modules/typedi/index.js', '');
}

async function removeTree(): Promise<void> {
  await rm(tree, { recursive: true, force: true });
}

async function plant(file: string, content: string): Promise<void> {
  await mkdir(dirname(join(tree, file)), { recursive: true });
  await writeFile(join(tree, file), content);
}

interface Violation {
  readonly from: string;
  readonly to: string;
  readonly rule: { readonly name: string };
}

async function violations(): Promise<readonly Violation[]> {
  const args = [cruiser, 'packages', '--config', '.dependency-cruiser.cjs', '--output-type', 'json'];
  const { stdout } = await run(process.execPath, args, { cwd: tree, maxBuffer: 16_000_000 }).catch((error: unknown) => {
    if (error instanceof Error && 'stdout' in error && typeof error.stdout === 'string')
      return { stdout: error.stdout };
    throw error;
  });
  return (JSON.parse(stdout) as { summary: { violations: readonly Violation[] } }).summary.violations;
}

async function brokenRules(): Promise<readonly string[]> {
  return [...new Set((await violations()).map(({ rule }) => rule.name))];
}

const core = 'packages/core/src';

const FORBIDDEN: readonly (readonly [rule: string, folder: string, to: string])[] = [
  ['foundation-imports-nothing-of-ours', `${core}/foundation`, `${core}/ports/index.ts`],
  ['schemas-import-the-foundation-only', `${core}/resources`, `${core}/protocol/index.ts`],
  ['ports-import-schemas-only', `${core}/ports`, `${core}/reconcile/index.ts`],
  ['machinery-knows-no-domain', `${core}/reconcile`, `${core}/device/index.ts`],
  ['machinery-knows-no-domain', `${core}/testing`, `${core}/gateway/index.ts`],
  ['machinery-knows-no-domain', `${core}/system`, `${core}/link/index.ts`],
  ['the-link-knows-none-of-its-ends', `${core}/link`, `${core}/device/index.ts`],
  ['the-link-knows-none-of-its-ends', `${core}/link`, `${core}/gateway/index.ts`],
  ['the-parties-never-meet', `${core}/control-plane`, `${core}/device/index.ts`],
  ['the-parties-never-meet', `${core}/control-plane`, `${core}/gateway/index.ts`],
  ['the-parties-never-meet', `${core}/device`, `${core}/control-plane/index.ts`],
  ['the-parties-never-meet', `${core}/device`, `${core}/gateway/index.ts`],
  ['the-parties-never-meet', `${core}/gateway`, `${core}/control-plane/index.ts`],
  ['the-parties-never-meet', `${core}/gateway`, `${core}/device/index.ts`],
  ['the-control-plane-has-no-link', `${core}/control-plane`, `${core}/link/index.ts`],
  ['core-imports-no-other-package', `${core}/device`, 'packages/store-sqlite/src/index.ts'],
  ['fakes-are-for-tests', `${core}/device`, `${core}/testing/index.ts`],
  ['adapters-import-core-only', 'packages/runtime-podman/src', 'packages/firewall-nftables/src/index.ts'],
  ['conformance-imports-core-only', 'packages/conformance/src', 'packages/runtime-podman/src/index.ts'],
  ['testbed-is-for-tests', 'packages/operator/src', 'packages/testbed/src/index.ts'],
  ['packages-have-a-front-door', 'packages/conformance/src', `${core}/ports/deep/clock.ts`],
  ['operator-and-agent-are-strangers', 'packages/operator/src', 'packages/agent/src/index.ts'],
  ['typedi-in-compositions-only', 'packages/agent/src', 'node_modules/typedi/index.js'],
];

/** The file planted for a row of the table. */
const plantedAt = (index: number): string => `${FORBIDDEN[index]?.[1] ?? ''}/planted-${String(index)}.ts`;

describe('all that is forbidden, in one tree', () => {
  let found: readonly Violation[];
  beforeAll(async () => {
    await makeTree();
    await plant('packages/agent/package.json', '{"name":"@k4e/agent","dependencies":{"typedi":"1.0.0"}}');
    for (const [index, [, folder, to]] of FORBIDDEN.entries()) {
      const isOurs = !to.startsWith('node_modules');
      const up = '../'.repeat(folder.split('/').length);
      await plant(plantedAt(index), `import '${isOurs ? up + to : 'typedi'}';\n`);
      if (isOurs) await plant(to, 'export const planted = 1;\n');
    }
    found = await violations();
  });
  afterAll(removeTree);

  test.each(FORBIDDEN.map((row, index) => [...row, index] as const))('%s: %s -> %s', (name, _folder, to, index) => {
    expect(found).toContainEqual(
      expect.objectContaining({ from: plantedAt(index), to, rule: expect.objectContaining({ name }) as object }),
    );
  });
});

describe('a tree', () => {
  beforeEach(makeTree);
  afterEach(removeTree);

  test('with a circle breaks no-cycles', async () => {
    await plant(`${core}/device/a.ts`, "import './b.ts';\n");
    await plant(`${core}/device/b.ts`, "import './a.ts';\n");
    expect(await brokenRules()).toEqual(['no-cycles']);
  });

  test('with an import of what is not declared breaks nothing-that-is-not-declared', async () => {
    await plant('packages/agent/package.json', '{"name":"@k4e/agent"}');
    await plant('packages/agent/src/composition/a.ts', "import 'typedi';\n");
    expect(await brokenRules()).toEqual(['nothing-that-is-not-declared']);
  });

  test('that keeps to the floors breaks no rule', async () => {
    await plant('packages/operator/src/a.test.ts', "import '../../testbed/src/index.ts';\n");
    await plant('packages/testbed/src/index.ts', 'export const planted = 1;\n');
    await plant('packages/conformance/src/a.ts', "import '../../core/src/ports/index.ts';\n");
    await plant(`${core}/device/a.ts`, "import '../ports/index.ts';\n");
    await plant(`${core}/ports/index.ts`, 'export const planted = 1;\n');
    await plant(`${core}/gateway/a.ts`, "import '../link/index.ts';\n");
    await plant(`${core}/link/index.ts`, 'export const planted = 1;\n');
    expect(await brokenRules()).toEqual([]);
  });
});
