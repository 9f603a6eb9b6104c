/** Most ids of commands that are remembered. */
export const MAX_KNOWN_IDS = 256;

/** Which messages have come before. */
export interface KnownIds {
  /** Whether it is new; from now on it is not. What has no id is always new. */
  isNew(id: string | undefined): boolean;
}

/** Knows no id; remembers the last `MAX_KNOWN_IDS`. */
export function createKnownIds(): KnownIds {
  const known = new Set<string>();
  return {
    isNew(id) {
      if (id === undefined || id === '') return true;
      const wasKnown = known.delete(id);
      known.add(id);
      const [oldest] = known;
      if (known.size > MAX_KNOWN_IDS && oldest !== undefined) known.delete(oldest);
      return !wasKnown;
    },
  };
}
