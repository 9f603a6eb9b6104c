import * as z from 'zod';
import { closestName } from './closest-name.ts';

/** Most problems that are told at once. */
const MAX_TOLD = 10;

type Issue = z.core.$ZodIssue;

/** Problems with a configuration, one a line, each with the name of the setting in words that lead to its correction. */
export function describeIssues(
  issues: readonly Issue[],
  schema: z.ZodObject,
  nameOf: (path: string) => string,
): readonly string[] {
  const lines = issues.flatMap((issue) => describe(issue, schema, nameOf));
  const rest = lines.length - MAX_TOLD;
  return rest > 0 ? [...lines.slice(0, MAX_TOLD), `and ${rest} more`] : lines;
}

function describe(issue: Issue, schema: z.ZodObject, nameOf: (path: string) => string): readonly string[] {
  const path = issue.path.map(String);
  if (issue.code !== 'unrecognized_keys') {
    return [`${nameOf(path.join('.'))}: ${isMissing(issue) ? 'is missing' : issue.message}`];
  }
  const known = keysAt(schema, path);
  return issue.keys.map((key) => {
    const closest = closestName(key, known);
    const hint = closest === undefined ? `known there: ${known.join(', ')}` : `did you mean ${closest}?`;
    return `${[...path, key].join('.')}: there is no such setting; ${hint}`;
  });
}

function isMissing(issue: Issue): boolean {
  return issue.code === 'invalid_type' && issue.input === undefined;
}

function keysAt(schema: z.ZodObject, path: readonly string[]): readonly string[] {
  let at: unknown = schema;
  for (const key of path) at = at instanceof z.ZodObject ? withoutOptional(at.shape[key]) : undefined;
  return at instanceof z.ZodObject ? Object.keys(at.shape) : [];
}

function withoutOptional(schema: unknown): unknown {
  return schema instanceof z.ZodOptional ? schema.unwrap() : schema;
}
