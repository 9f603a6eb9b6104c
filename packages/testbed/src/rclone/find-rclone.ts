import { defaultPartContext, requirePrograms } from '../parts/index.ts';

/**
 * The path of `rclone`, which root installs from Debian's packages where it is missing. Fails with `PartUnavailableError`,
 * which names the one command to run.
 */
export async function findRclone(): Promise<string> {
  const programs = await requirePrograms('rclone', [{ program: 'rclone', package: 'rclone' }], defaultPartContext());
  return programs.get('rclone') ?? 'rclone';
}
