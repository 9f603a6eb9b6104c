import { isBuiltin } from 'node:module';
import { join, relative, resolve } from 'node:path';
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

/** How the bundles are to be. */
export interface BundleOptions {
  /** Extension of the files. Default `.js`. */
  readonly extension?: '.js' | '.mjs';
  /** Whether source maps hold the sources; without, they still lead to file, line and name. Default: they do. */
  readonly hasSourcesInMaps?: boolean;
  /** The version that the programs say is theirs. Default: that of their package. */
  readonly version?: string;
}

/** What `bundlePrograms` left in the bundles. */
export interface Bundled {
  /** All files that went into them, from the root of the repository. */
  readonly inputs: readonly string[];
}

/**
 * Bundles programs with everything that they need into `outDir`: minified, made of the sources, in pieces that are loaded
 * when they are first asked for. Devices have little memory, and files that are loaded one by one take more of it.
 */
export async function bundlePrograms(
  entry: Record<string, string>,
  outDir: string,
  { extension = '.js', hasSourcesInMaps = true, version }: BundleOptions = {},
): Promise<Bundled> {
  const inputs = new Set<string>();
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
    outExtension: () => ({ js: extension }),
    esbuildPlugins: [BUILTINS, noteInputs(inputs), ...(version === undefined ? [] : [sayVersion(version)])],
    esbuildOptions(options) {
      options.sourcesContent = hasSourcesInMaps;
      options.conditions = ['@k4e/source'];
      options.banner = { js: REQUIRE };
      options.chunkNames = '[name]-[hash]';
    },
    // `node:sqlite` has no name without its prefix.
    removeNodeProtocol: false,
    silent: true,
    tsconfig: join(root, 'tsconfig.json'),
  });
  return { inputs: [...inputs].sort() };
}

function noteInputs(inputs: Set<string>): Plugin {
  return {
    name: 'note-inputs',
    setup(bundling) {
      bundling.initialOptions.metafile = true;
      bundling.onEnd(({ metafile }) => {
        for (const output of Object.values(metafile?.outputs ?? {})) {
          for (const input of Object.keys(output.inputs)) inputs.add(relative(root, resolve(input)));
        }
      });
    },
  };
}

function sayVersion(version: string): Plugin {
  return {
    name: 'version',
    setup(bundling) {
      bundling.onLoad({ filter: /\/packages\/agent\/package\.json$/ }, () => ({
        contents: JSON.stringify({ version }),
        loader: 'json',
      }));
    },
  };
}
