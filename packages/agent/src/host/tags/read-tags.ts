import { parse } from 'smol-toml';

/** Most tags that are told; those with the first names. */
export const MAX_TAGS = 64;
/** Longest name or value of a tag, in characters. */
export const MAX_TAG_LENGTH = 256;

/** What a tags file says, and what of it is no use. */
export interface ReadTags {
  readonly tags: Readonly<Record<string, string>>;
  readonly objections: readonly string[];
}

/**
 * Reads a tags file (wire: TOML, as yggdrasil has it). A tag is a text, number, boolean or date; tables and lists are none.
 * Throws when it is no TOML.
 */
export function readTags(text: string): ReadTags {
  const tags: Record<string, string> = {};
  const objections: string[] = [];
  for (const [name, value] of Object.entries(parse(text)).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const objection = objectionTo(name, value, Object.keys(tags).length);
    if (objection === undefined) tags[name] = textOf(value);
    else objections.push(`${name.slice(0, MAX_TAG_LENGTH)}: ${objection}`);
  }
  return { tags, objections };
}

function objectionTo(name: string, value: unknown, count: number): string | undefined {
  if (typeof value === 'object' && !(value instanceof Date)) return 'a table or list is no tag';
  if (name.length > MAX_TAG_LENGTH || textOf(value).length > MAX_TAG_LENGTH) {
    return `it is longer than ${MAX_TAG_LENGTH} characters`;
  }
  return count >= MAX_TAGS ? `more than ${MAX_TAGS} tags` : undefined;
}

function textOf(value: unknown): string {
  return value instanceof Date ? value.toISOString() : String(value);
}
