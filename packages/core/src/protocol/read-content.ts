import type { z } from 'zod';
import { K4eError } from '../foundation/index.ts';

/** Most problems that an error names; the rest is counted. */
const MAX_NAMED_ISSUES = 5;

/** Reads `value` by `schema`; throws `INVALID_INPUT` that names each member and what is wrong with it. */
export function readContent<S extends z.ZodType>(schema: S, value: unknown, subject: string): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const named = result.error.issues
    .slice(0, MAX_NAMED_ISSUES)
    .map((issue) => `${issue.path.join('.') || '(content)'}: ${issue.message}`);
  const rest = result.error.issues.length - named.length;
  const message = rest > 0 ? `${named.join('; ')}; and ${rest} more` : named.join('; ');
  throw new K4eError('INVALID_INPUT', { subject, message, retry: 'never' });
}
