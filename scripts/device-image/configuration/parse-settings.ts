import { isRecord } from '@k4e/core';
import { LineCounter, isMap, isNode, parseDocument } from 'yaml';
import type { Document } from 'yaml';
import type * as z from 'zod';
import { MAX_CONFIG_FILE_BYTES, describeIssues } from '../../../packages/agent/src/config/index.ts';

/** Most times that a text may refer to a part of itself (YAML aliases). */
const MAX_ALIASES = 10;

/** What a source says, and what of it is of no use. */
export interface ParsedSettings<Settings> {
  /** Without the settings that something is wrong with. */
  readonly settings: Settings;
  /** Each with the source's name, a line where it has any, and the setting. */
  readonly problems: readonly string[];
}

/**
 * Reads a text of YAML as settings. Never throws: a setting of the top level with which something is wrong is left out, and
 * named. A text that is larger than `MAX_CONFIG_FILE_BYTES`, or is no YAML, has no settings.
 */
export function parseSettings<Schema extends z.ZodObject>(
  text: string,
  name: string,
  schema: Schema,
): ParsedSettings<z.output<Schema>> {
  const nothing = (problem: string) => ({ settings: schema.parse({}), problems: [problem] });
  if (Buffer.byteLength(text) > MAX_CONFIG_FILE_BYTES) {
    return nothing(`${name}: is larger than ${MAX_CONFIG_FILE_BYTES / 1_024} KiB`);
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem !== undefined) return nothing(`${name}: ${problem.message.trim()}`);
  const lineOf = (path: readonly PropertyKey[]): string => {
    const offset = offsetOf(document, path);
    return offset === undefined ? name : `${name}:${lines.linePos(offset).line}`;
  };
  try {
    return checkSettings(document.toJS({ maxAliasCount: MAX_ALIASES }) ?? {}, schema, lineOf);
  } catch (error) {
    return nothing(`${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** As `parseSettings`, of a value; `whereOf` says where in the source a setting is. */
export function checkSettings<Schema extends z.ZodObject>(
  value: unknown,
  schema: Schema,
  whereOf: (path: readonly PropertyKey[]) => string,
): ParsedSettings<z.output<Schema>> {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return { settings: result.data, problems: [] };
  const { issues } = result.error;
  const problems = issues.flatMap((issue) => describe(issue, schema, whereOf));
  const wrong = new Set(issues.flatMap(topLevelNames));
  const rest = Object.entries(isRecord(value) ? value : {}).filter(([key]) => !wrong.has(key));
  const second = schema.safeParse(Object.fromEntries(rest));
  return { settings: second.success ? second.data : schema.parse({}), problems };
}

type Issue = z.core.$ZodIssue;

function describe(
  issue: Issue,
  schema: z.ZodObject,
  whereOf: (path: readonly PropertyKey[]) => string,
): readonly string[] {
  if (issue.path.length === 0 && issue.code !== 'unrecognized_keys') {
    return [`${whereOf([])}: is not a list of settings (\`name: value\`)`];
  }
  if (issue.code !== 'unrecognized_keys') {
    return describeIssues([issue], schema, (path) => path).map((line) => `${whereOf(issue.path)}: ${line}`);
  }
  return issue.keys.flatMap((key) =>
    describeIssues([{ ...issue, keys: [key] }], schema, (path) => path).map(
      (line) => `${whereOf([...issue.path, key])}: ${line}`,
    ),
  );
}

function topLevelNames(issue: Issue): readonly string[] {
  const [first] = issue.path;
  if (first !== undefined) return [String(first)];
  return issue.code === 'unrecognized_keys' ? issue.keys : [];
}

/** Where the name of a setting, or else of what holds it, begins in the text. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const holder: unknown = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    const name = isMap(holder) ? holder.items.find(({ key }) => String(key) === path[length - 1])?.key : undefined;
    const node = name ?? document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return undefined;
}
