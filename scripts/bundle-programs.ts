import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { build } from 'tsup';
import type { Options } from 'tsup';

type Plugin = NonNullable<Options['esbuildPlugins']>[number];

const root = join(import.meta.dirname, '..');

/** Third-party code that is CommonJS asks for Node's modules with `require`. */
const REQUIRE = `import { createRequire as createRequireHere } from 'node:module';
const require = createRequireHere(import.meta.url);`;

/**
 * Node's own modules, had as `require` has them. An `import` of one evaluates all that it exports: with `node:http` that is
 * all of `fetch`, which takes 14 MiB in a process that never calls it.
 */
const BUILTINS: Plugin = {
  name: 'builtins',
  setup(bundling) {
    bundling.onResolve({ filter: /^(node:)?[a-z_/]+$/ }, ({ path, kind }) =>
      // What `import()` gives has to have the names of the module: it is left to Node.
      kind === 'import-statement' && isBuiltin(path)
        ? { path: path.replace(/^node:/, ''), namespace: 'builtin' }
        : undefined,
    );
    bundling.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(`node:${path}`)});`,
    }));
  },
};

/**
 * Bundles programs with everything that they need into `outDir`: minified, made of the sources, in pieces that are loaded
 * when they are first asked for. Devices have little memory, and files that are loaded one by one take more of it.
 */
export async function bundlePrograms(entry: Record<string, string>, outDir: string): Promise<void> {
  await build({
    config: false,
    entry,
    format: ['esm'],
    outDir,
    target: 'node22',
    platform: 'node',
    minify: true,
    splitting: true,
    sourcemap: true,
    noExternal: [/./],
    esbuildPlugins: [BUILTINS],
    esbuildOptions(options) {
      options.conditions = ['@k4e/source'];
      options.banner = { js: REQUIRE };
      options.chunkNames = '[name]-[hash]';
    },
    // `node:sqlite` has no name without its prefix.
    removeNodeProtocol: false,
    silent: true,
    tsconfig: join(root, 'tsconfig.json'),
  });
}
