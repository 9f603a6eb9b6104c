import type { Resource } from '@k4e/core/resources';
import { apiVersionOf } from '@k4e/core/resources';
import { checkMetadata } from '../admission/index.ts';
import { fieldsOf } from '../apply/index.ts';
import type { FieldOwner } from '../apply/index.ts';
import type { Change, Target, WriteContext } from './change.ts';
import { timestamp } from './change.ts';
import { appliedPart, contentOf, toMembers, writableMetadata } from './content.ts';
import type { Members } from './content.ts';

/** The owner of the fields of a resource that came by `create`. */
export const CREATE_OWNER = 'k4e-create';

/** `members` as a new resource: defaults filled, validated, without status where that is a subresource. Throws `RESOURCE_INVALID`. */
export function newResource<T extends Resource>({ kind, ref }: Target<T>, members: Members, context: WriteContext): T {
  const resource = kind.admit({
    ...contentOf(kind, members),
    apiVersion: apiVersionOf(kind),
    kind: kind.kind,
    metadata: {
      ...writableMetadata(members),
      name: ref.name,
      namespace: ref.namespace,
      uid: context.newUid(),
      resourceVersion: context.resourceVersion,
      ...(kind.hasStatus ? { generation: 1 } : {}),
      creationTimestamp: timestamp(context.nowMs),
    },
  });
  checkMetadata(kind.kind, resource.metadata);
  return resource;
}

/** What `create` of something that is not there comes to: all fields, defaults too, belong to `CREATE_OWNER`. Throws `RESOURCE_INVALID`. */
export function planCreate<T extends Resource>(target: Target<T>, input: unknown, context: WriteContext): Change<T> {
  const resource = newResource(target, toMembers(input), context);
  const fields = fieldsOf(appliedPart(target.kind, resource, 'main'), target.shape, 'wholes') ?? {};
  const owners: readonly FieldOwner[] = [{ owner: CREATE_OWNER, via: 'create', fields }];
  return { type: 'added', resource, owners };
}
