import type { StateStore } from '@k4e/core/ports';

/** A part of a store for somebody of its own: documents whose names begin with `prefix`. */
export function createPrefixedState(state: StateStore, prefix: string): StateStore {
  return {
    read: (name, options) => state.read(prefix + name, options),
    write: (name, bytes, options) => state.write(prefix + name, bytes, options),
    remove: (name, options) => state.remove(prefix + name, options),
  };
}
