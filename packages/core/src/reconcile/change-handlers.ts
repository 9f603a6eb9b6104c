import { errorText } from '../foundation/index.ts';
import type { Logger } from '../ports/index.ts';
import { resourceKey } from '../resources/index.ts';
import type { Resource } from '../resources/index.ts';
import type { ChangeHandler } from './informer.ts';
import type { ResourceChange } from './resource-cache.ts';

/** Those who want to know of changes; one that throws is not in the way of the others. */
export interface ChangeHandlers<T extends Resource> {
  /** Tells `handler` of `known` as come, and from then on of every change. The result ends that. */
  add(handler: ChangeHandler<T>, known: readonly T[]): () => void;
  tell(change: ResourceChange<T>): void;
}

/** Creates an empty set of handlers. */
export function createChangeHandlers<T extends Resource>(logger: Logger): ChangeHandlers<T> {
  let handlers: readonly { readonly call: ChangeHandler<T> }[] = [];
  const tellOne = (call: ChangeHandler<T>, { previous, current }: ResourceChange<T>): void => {
    try {
      call(previous, current);
    } catch (error) {
      const metadata = (current ?? previous)?.metadata;
      logger.error('a change handler threw', { resource: metadata && resourceKey(metadata), error: errorText(error) });
    }
  };
  return {
    add(call, known) {
      const handler = { call };
      handlers = [...handlers, handler];
      for (const current of known) tellOne(call, { previous: undefined, current });
      return () => void (handlers = handlers.filter((other) => other !== handler));
    },
    tell(change) {
      for (const { call } of handlers) tellOne(call, change);
    },
  };
}
