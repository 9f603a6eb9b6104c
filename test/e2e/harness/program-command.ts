import { existsSync, globSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Our programs. */
export type ProgramName = keyof typeof PACKAGE_OF;

const PACKAGE_OF = {
  'k4e-operator': 'operator',
  'k4e-agent': 'agent',
  'k4e-gateway': 'agent',
  'k4e-device-worker': 'agent',
} as const;

const PACKAGES = join(import.meta.dirname, '..', '..', '..', 'packages');

/** The words that run a program of ours: as `npm test` has built it, or from source where that is newer. */
export function programCommand(name: ProgramName): readonly string[] {
  const directory = join(PACKAGES, PACKAGE_OF[name]);
  const built = join(directory, 'dist', 'bin', `${name}.js`);
  if (existsSync(built) && statSync(built).mtimeMs > newestSourceMs()) return [process.execPath, built];
  return [process.execPath, '--conditions=@k4e/source', join(directory, 'src', 'bin', `${name}.ts`)];
}

function newestSourceMs(): number {
  const sources = globSync('*/src/**/*.ts', { cwd: PACKAGES }).filter((file) => !file.endsWith('.test.ts'));
  return Math.max(...sources.map((file) => statSync(join(PACKAGES, file)).mtimeMs));
}
