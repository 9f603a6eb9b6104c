/** Most characters of a name that a message quotes. */
export const MAX_EXCERPT_LENGTH = 120;

/** A name that a workload or a configuration chose, for a message: quoted, and not too long. */
export function excerpt(text: string): string {
  return JSON.stringify(text.length > MAX_EXCERPT_LENGTH ? `${text.slice(0, MAX_EXCERPT_LENGTH)}…` : text);
}
