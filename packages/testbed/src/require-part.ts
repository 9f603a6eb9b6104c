import { defaultPartContext } from './parts/index.ts';
import type { PartContext } from './parts/index.ts';
import { preparePart } from './part-catalogue.ts';
import type { PartName } from './part-catalogue.ts';

/** Whether a test can have a part. */
export type PartAvailability = { readonly available: true } | { readonly available: false; readonly reason: string };

/**
 * Makes sure that a part is there, and says why not if it is not. Under `K4E_REQUIRE_ALL=1` a part that cannot be had is
 * thrown instead: then nothing may be skipped.
 */
export async function requirePart(
  name: PartName,
  context: PartContext = defaultPartContext(),
): Promise<PartAvailability> {
  try {
    await preparePart(name, context);
    return { available: true };
  } catch (error) {
    if (context.environment.requireAll) throw error;
    return { available: false, reason: error instanceof Error ? error.message : String(error) };
  }
}
