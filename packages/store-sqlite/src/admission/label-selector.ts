import { K4eError } from '@k4e/core';

/** Most terms of a label selector. */
export const SELECTOR_MAX_TERMS = 64;

/** Whether labels meet a selector. */
export type LabelPredicate = (labels: Readonly<Record<string, string>> | undefined) => boolean;

const TERM =
  /^\s*(?:(?<absent>!)\s*(?<without>[^\s=!]+)|(?<key>[^\s=!]+)(?:\s*(?<operator>==?|!=)\s*(?<value>[^\s=!]*))?)\s*$/;

function parseTerm(text: string): LabelPredicate {
  const groups = TERM.exec(text)?.groups;
  if (groups === undefined) {
    throw new K4eError('INVALID_INPUT', { subject: text, message: 'not a term of a label selector', retry: 'never' });
  }
  const { without, key = '', operator, value } = groups;
  if (without !== undefined) return (labels) => labels?.[without] === undefined;
  if (operator === undefined) return (labels) => labels?.[key] !== undefined;
  return operator === '!=' ? (labels) => labels?.[key] !== value : (labels) => labels?.[key] === value;
}

/**
 * Parses a label selector of terms `a=b`, `a==b`, `a!=b`, `a` and `!a`, joined by commas. Without text: everything.
 * Throws `INVALID_INPUT` for anything else, and beyond `SELECTOR_MAX_TERMS`.
 */
export function parseLabelSelector(text: string | undefined): LabelPredicate {
  if (text === undefined || text.trim() === '') return () => true;
  const terms = text.split(',');
  if (terms.length > SELECTOR_MAX_TERMS)
    throw new K4eError('INVALID_INPUT', { message: 'too many terms', retry: 'never' });
  const predicates = terms.map(parseTerm);
  return (labels) => predicates.every((matches) => matches(labels));
}
