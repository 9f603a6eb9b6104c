import { isRecord } from '@k4e/core';
import type { CallOptions, Logger, ResourceList, ResourceScope } from '@k4e/core/ports';
import type { Resource, ResourceKind } from '@k4e/core/resources';
import type { Connection } from '../connection/index.ts';
import { toK4eError } from '../errors/index.ts';
import { ask } from './call.ts';
import { collectionPath, withQuery } from './paths.ts';
import { toResource } from './resource-body.ts';

/** Resources that one request of a list asks for. */
export const LIST_PAGE_ITEMS = 500;

interface Page {
  readonly items: readonly unknown[];
  readonly resourceVersion: string;
  readonly next: string | undefined;
}

function toPage(content: Readonly<Record<string, unknown>>): Page {
  const metadata = isRecord(content.metadata) ? content.metadata : {};
  const { resourceVersion, continue: next } = metadata;
  return {
    items: Array.isArray(content.items) ? content.items : [],
    resourceVersion: typeof resourceVersion === 'string' ? resourceVersion : '',
    next: typeof next === 'string' && next !== '' ? next : undefined,
  };
}

/** Reads a page; `expired` when the picture that the pages before belong to is out of history. */
async function readPage<T extends Resource>(
  connection: Connection,
  kind: ResourceKind<T>,
  scope: ResourceScope,
  page: { readonly limit: number | undefined; readonly next: string | undefined },
  { signal }: CallOptions,
): Promise<Page | 'expired'> {
  const { labelSelector } = scope;
  const path = withQuery(collectionPath(kind, scope.namespace), {
    limit: page.limit,
    continue: page.next,
    labelSelector,
  });
  const answer = await ask(connection, { method: 'GET', path, ...(signal && { signal }) }, kind.kind);
  if (answer.ok) return toPage(answer.content);
  if (answer.status.code === 410 && page.next !== undefined) return 'expired';
  throw toK4eError(answer.status, kind.kind, { isWrite: false });
}

/** Lists a kind, page by page, as of one moment. When that moment goes out of history half-way, lists anew in one piece. */
export async function listResources<T extends Resource>(
  { connection, logger }: { readonly connection: Connection; readonly logger: Logger },
  kind: ResourceKind<T>,
  scope: ResourceScope,
  options: CallOptions,
): Promise<ResourceList<T>> {
  let items: T[] = [];
  let limit: number | undefined = LIST_PAGE_ITEMS;
  let next: string | undefined;
  for (;;) {
    const page: Page | 'expired' = await readPage(connection, kind, scope, { limit, next }, options);
    if (page === 'expired') {
      logger.info('a list went out of history and starts anew', { kind: kind.kind, items: items.length });
      [items, limit, next] = [[], undefined, undefined];
      continue;
    }
    for (const item of page.items) items.push(toResource(kind, item));
    if (page.next === undefined) return { items, resourceVersion: page.resourceVersion };
    next = page.next;
  }
}
