import { requirePrograms } from '../parts/index.ts';
import type { FoundPart, PartContext } from '../parts/index.ts';

/** `dpkg-deb` and `lintian`, which root installs where they are missing. Fails with `PartUnavailableError`. */
export async function findDebianTools(context: PartContext): Promise<FoundPart> {
  const needed = [
    { program: 'dpkg-deb', package: 'dpkg' },
    { program: 'lintian', package: 'lintian' },
  ];
  const location = (await requirePrograms('debian tools', needed, context)).get('lintian') ?? 'lintian';
  return { name: 'debian tools', location, way: 'installed', description: `debian tools: installed, ${location}` };
}
