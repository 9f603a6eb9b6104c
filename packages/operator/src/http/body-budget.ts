/** How many bytes of request bodies are held at once, over all requests. */
export interface BodyBudget {
  /** Takes `bytes`, or takes nothing and says false when that would be too many. */
  take(bytes: number): boolean;
  /** Gives back what was taken. */
  release(bytes: number): void;
}

/** Creates a budget of `limitBytes`. Only what has arrived counts: a slow sender holds what it sent, not what it announced. */
export function createBodyBudget(limitBytes: number): BodyBudget {
  let heldBytes = 0;
  return {
    take(bytes) {
      if (heldBytes + bytes > limitBytes) return false;
      heldBytes += bytes;
      return true;
    },
    release(bytes) {
      heldBytes -= bytes;
    },
  };
}
