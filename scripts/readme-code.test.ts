import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';

/** What a README shows has to compile: each block of TypeScript, with what its reader has at hand. */
const root = join(import.meta.dirname, '..');

/** What readers have: blocks use these names without saying where they come from, or declare them anew. */
const AT_HAND = `declare global {
  const clock: import('@k4e/core/ports').Clock;
  const logger: import('@k4e/core/ports').Logger;
  const myRuntime: import('@k4e/core/ports').ContainerRuntime;
  const message: import('@k4e/core/protocol').Message;
  const kubeConfig: import('@kubernetes/client-node').KubeConfig;
  const pod: import('@k4e/core').JsonObject;
  const signal: AbortSignal;
  const look: (name: string | undefined) => Promise<void>;
  const createSubject: () => Promise<import('@k4e/conformance').StateStoreSubject>;
}
export {};`;

/** Names that blocks use without an import, and where they are exported. */
const EXPORTS: Readonly<Record<string, string>> = {
  createNftablesFirewall: '@k4e/firewall-nftables',
  createPinoLogger: '@k4e/logging-pino',
  createPodmanRuntime: '@k4e/runtime-podman',
  createKubernetesStore: '@k4e/store-kubernetes',
  createSqliteStore: '@k4e/store-sqlite',
  EDGE_DEVICE: '@k4e/core/resources',
  describeWithPart: '@k4e/testbed/vitest',
  startControlPlane: '@k4e/testbed',
  beforeAll: 'vitest',
  afterAll: 'vitest',
};

interface Block {
  readonly name: string;
  readonly file: string;
  readonly source: string;
}

function blockOf(name: string, code: string): Block {
  const used = Object.entries(EXPORTS).filter(([word]) => new RegExp(`\\b${word}\\b`).test(code));
  const types = code.includes('ControlPlane;') ? "import type { ControlPlane } from '@k4e/testbed';\n" : '';
  const imports = used.map(([word, from]) => `import { ${word} } from '${from}';\n`).join('');
  const file = join(root, 'scripts', `readme-block-${name.replace(/\W/g, '-')}.ts`);
  return { name, file, source: `${types}${imports}${code}\nexport {};\n` };
}

async function readBlocks(): Promise<Block[]> {
  const packages = await readdir(join(root, 'packages'));
  const readmes = ['README.md', ...packages.map((name) => `packages/${name}/README.md`)];
  const blocks = readmes.map(async (readme) => {
    const text = await readFile(join(root, readme), 'utf8');
    return [...text.matchAll(/^```ts\n(.*?)^```/gms)].map(([, code = ''], index) =>
      blockOf(`${readme} ${String(index + 1)}`, code),
    );
  });
  return (await Promise.all(blocks)).flat();
}

/** What the compiler has to say of these blocks, as `<block>: <message>`. */
function compile(blocks: readonly Block[]): string[] {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path)) as {
    config: object;
  };
  const { options } = ts.parseJsonConfigFileContent({ ...config, files: [], include: [] }, ts.sys, root);
  const host = ts.createCompilerHost(options);
  const atHand = join(root, 'scripts', 'readme-at-hand.ts');
  const sources = new Map([[atHand, AT_HAND], ...blocks.map(({ file, source }) => [file, source] as const)]);
  const readOther = host.readFile.bind(host);
  const hasOther = host.fileExists.bind(host);
  host.readFile = (file) => sources.get(file) ?? readOther(file);
  host.fileExists = (file) => sources.has(file) || hasOther(file);
  const program = ts.createProgram([...sources.keys()], { ...options, noUnusedLocals: false }, host);
  return blocks.flatMap(({ name, file }) => {
    const source = program.getSourceFile(file);
    if (source === undefined) return [`${name}: was not compiled`];
    const problems = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return problems.map(({ messageText }) => `${name}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`);
  });
}

test('the code in the READMEs compiles, and a mistake in it is found', { timeout: 120_000 }, async () => {
  const blocks = await readBlocks();
  expect(blocks.length).toBeGreaterThan(5);
  const mistaken = blockOf('a mistake', 'createPinoLogger({ level: 7 });');
  const problems = compile([...blocks, mistaken]);
  expect(problems.filter((problem) => !problem.startsWith('a mistake'))).toEqual([]);
  expect(problems.join()).toContain("a mistake: Type 'number' is not assignable");
});
