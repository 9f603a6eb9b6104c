import { preparePart } from './part-catalogue.ts';
import type { PartName } from './part-catalogue.ts';
import type { PartContext } from './parts/index.ts';

/** What came of preparing a part. */
export type PreparedPart =
  | { readonly part: PartName; readonly ok: true; readonly ms: number; readonly found: readonly string[] }
  | { readonly part: PartName; readonly ok: false; readonly ms: number; readonly reason: string };

/** Makes sure of the parts, one after the other, and tells of each when it is done. A part that cannot be had does not keep the next from being tried. */
export async function prepareParts(
  parts: readonly PartName[],
  context: PartContext,
  tell: (prepared: PreparedPart) => void,
): Promise<readonly PreparedPart[]> {
  const all: PreparedPart[] = [];
  for (const part of parts) {
    const prepared = await prepare(part, context);
    context.signal?.throwIfAborted();
    tell(prepared);
    all.push(prepared);
  }
  return all;
}

async function prepare(part: PartName, context: PartContext): Promise<PreparedPart> {
  const startedMs = Date.now();
  try {
    const found = await preparePart(part, context);
    return { part, ok: true, ms: Date.now() - startedMs, found: found.map(({ description }) => description) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { part, ok: false, ms: Date.now() - startedMs, reason };
  }
}
