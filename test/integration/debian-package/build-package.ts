import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';

const run = promisify(execFile);
const MAIN = join(import.meta.dirname, '../../../scripts/debian/main.ts');

const builtPackage = z.strictObject({
  file: z.string(),
  architecture: z.enum(['amd64', 'arm64']),
  version: z.string(),
  sizeBytes: z.int(),
  installedKib: z.int(),
  sha256: z.string(),
});

/** What the command says of a package that it built. */
export type BuiltPackage = z.output<typeof builtPackage>;

/** What Debian calls the processor that tests run on. */
export const OWN_ARCHITECTURE = process.arch === 'arm64' ? 'arm64' : 'amd64';

/** Builds a package as `npm run package:deb` does, little compressed. */
export async function buildPackage(architecture: string, version: string, outDir: string): Promise<BuiltPackage> {
  const node = ['--conditions=@k4e/source', '--disable-warning=ExperimentalWarning', MAIN];
  const wish = ['--arch', architecture, '--version', version, '--out', outDir, '--fast', '--json'];
  const { stdout } = await run(process.execPath, [...node, ...wish]);
  return builtPackage.parse(JSON.parse(stdout));
}
