import { PartUnavailableError } from './part-unavailable-error.ts';

/** The ways to a part, in the order in which they are tried. */
export type Way = 'environment' | 'installed' | 'cached' | 'pulled' | 'built';

/** What a way came to: the thing itself (a path, an image name) and where it was, or why not. */
export type Attempt = { readonly found: string; readonly from: string } | { readonly missed: string };

/** One way to a part. Throws only when it was chosen explicitly and does not work: then no other way is tried. */
export interface PartSource {
  readonly way: Way;
  attempt(options: { readonly signal?: AbortSignal }): Promise<Attempt>;
}

/** A part that was found. */
export interface FoundPart {
  readonly name: string;
  /** A path, or an image name. */
  readonly location: string;
  readonly way: Way;
  /** Which way was taken, as a line: `etcd 3.6.16: cached, /home/me/.cache/k4e/etcd-3.6.16-linux-x64`. */
  readonly description: string;
}

/** Tries the sources in their order and fails with `PartUnavailableError` when none leads there. */
export async function findPart(
  name: string,
  sources: readonly PartSource[],
  options: { readonly signal?: AbortSignal },
): Promise<FoundPart> {
  const tried: string[] = [];
  for (const source of sources) {
    const attempt = await attemptOf(source, options);
    if ('found' in attempt) {
      return { name, location: attempt.found, way: source.way, description: `${name}: ${source.way}, ${attempt.from}` };
    }
    tried.push(`${source.way}: ${attempt.missed}`);
  }
  throw new PartUnavailableError(name, tried);
}

async function attemptOf(source: PartSource, options: { readonly signal?: AbortSignal }): Promise<Attempt> {
  if (source.way === 'environment') return source.attempt(options);
  try {
    return await source.attempt(options);
  } catch (error) {
    options.signal?.throwIfAborted();
    return { missed: error instanceof Error ? error.message : String(error) };
  }
}
