import type { z } from 'zod';
import { isRecord } from '../../foundation/index.ts';
import type { JsonObject } from '../../foundation/index.ts';
import type { Resource, ResourceKind } from '../resource.ts';
import { structuralSchema } from './structural-schema.ts';

/** A column of `kubectl get`. */
export interface PrinterColumn {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'date' | 'boolean' | 'number';
  readonly jsonPath: string;
  readonly description?: string;
  /** 0 is always shown; more only with `-o wide`. */
  readonly priority: number;
}

/** What a CustomResourceDefinition says besides its schema. */
export interface CrdDefinition {
  readonly kind: Pick<ResourceKind<Resource>, 'group' | 'version' | 'kind' | 'plural' | 'hasStatus'>;
  /** Of the whole resource. */
  readonly schema: z.ZodType;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly columns: readonly PrinterColumn[];
}

/** What every Kubernetes object has and its API server checks by itself. */
const OBJECT_FIELDS: Readonly<Record<string, JsonObject>> = {
  apiVersion: { type: 'string', description: 'Group and version of the schema that this object follows.' },
  kind: { type: 'string', description: 'Kind of this object.' },
  metadata: { type: 'object' },
};

function rootSchema(schema: z.ZodType): JsonObject {
  const { properties, required = [], ...keywords } = structuralSchema(schema);
  const names: readonly unknown[] = Array.isArray(required) ? required : [];
  const own = names.filter((name) => typeof name === 'string' && !(name in OBJECT_FIELDS)).map(String);
  return {
    ...keywords,
    ...(own.length === 0 ? {} : { required: own }),
    properties: { ...(isRecord(properties) ? properties : {}), ...OBJECT_FIELDS },
  };
}

/** The CustomResourceDefinition document, `apiextensions.k8s.io/v1`, that `definition` comes to. */
export function deriveCrd(definition: CrdDefinition): JsonObject {
  const { kind, schema, shortNames, categories, columns } = definition;
  const { group, plural } = kind;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: {
        kind: kind.kind,
        listKind: `${kind.kind}List`,
        plural,
        singular: kind.kind.toLowerCase(),
        shortNames,
        categories,
      },
      versions: [
        {
          name: kind.version,
          served: true,
          storage: true,
          schema: { openAPIV3Schema: rootSchema(schema) },
          ...(kind.hasStatus ? { subresources: { status: {} } } : {}),
          additionalPrinterColumns: columns.map((column) => ({ ...column })),
        },
      ],
    },
  };
}
