import { describe } from 'vitest';

import type { PartName } from '../part-catalogue.ts';
import { requirePart } from '../require-part.ts';

/**
 * A `describe` whose tests need real parts. To be awaited at the top of a test file: the parts are found, or built, before
 * the suite is collected. Where one cannot be had, the suite is skipped with the reason in its name, or, under
 * `K4E_REQUIRE_ALL=1`, the file fails.
 */
export async function describeWithPart(
  parts: PartName | readonly PartName[],
  name: string,
  suite: () => void,
): Promise<void> {
  for (const part of typeof parts === 'string' ? [parts] : parts) {
    const availability = await requirePart(part);
    if (!availability.available) {
      describe.skip(`${name} [skipped: ${availability.reason}]`, suite);
      return;
    }
  }
  describe(name, suite);
}
