import { describe, expect, test } from 'vitest';
import { isRecord } from '../../foundation/index.ts';
import { k4eCrds } from './crds.ts';

interface Field {
  readonly path: string;
  readonly schema: Readonly<Record<string, unknown>>;
}

function* schemasOf(schema: unknown, path: string): Generator<Field> {
  if (!isRecord(schema)) return;
  yield { path, schema };
  if (isRecord(schema.properties)) {
    for (const [name, field] of Object.entries(schema.properties)) yield* schemasOf(field, `${path}.${name}`);
  }
  yield* schemasOf(schema.items, `${path}[]`);
  yield* schemasOf(schema.additionalProperties, `${path}{}`);
}

function versionOf(crd: unknown): Readonly<Record<string, unknown>> {
  const versions = isRecord(crd) && isRecord(crd.spec) && Array.isArray(crd.spec.versions) ? crd.spec.versions : [];
  return isRecord(versions[0]) ? versions[0] : {};
}

function fieldsOf(crd: unknown): readonly Field[] {
  const { schema } = versionOf(crd);
  return [...schemasOf(isRecord(schema) ? schema.openAPIV3Schema : undefined, '')];
}

describe.each(Object.entries(k4eCrds()))('the CustomResourceDefinition of %s', (_plural, crd) => {
  const fields = fieldsOf(crd);

  test('describes every field, so that kubectl explain teaches', () => {
    const isField = ({ path }: Field): boolean => !/(\[\]|\{\}|\.metadata)$/.test(path);
    const silent = fields.filter(isField).filter(({ schema }) => typeof schema.description !== 'string');
    expect(fields.length).toBeGreaterThan(30);
    expect(silent.map(({ path }) => path)).toEqual([]);
  });

  test('is structural: each schema has a type, and properties have no additionalProperties beside them', () => {
    expect(fields.filter(({ schema }) => typeof schema.type !== 'string').map(({ path }) => path)).toEqual([]);
    const both = fields.filter(({ schema }) => 'properties' in schema && 'additionalProperties' in schema);
    expect(both.map(({ path }) => path)).toEqual([]);
  });

  test('bounds what can grow: lists, maps and texts', () => {
    const unbounded = fields.filter(
      ({ schema }) =>
        (schema.type === 'array' && schema.maxItems === undefined) ||
        ('additionalProperties' in schema && schema.maxProperties === undefined) ||
        (schema.type === 'string' &&
          ![schema.maxLength, schema.enum, schema.format].some((bound) => bound !== undefined)),
    );
    expect(unbounded.map(({ path }) => path)).toEqual(['.apiVersion', '.kind']);
  });

  test('has no bound that is only that of an integer in JavaScript', () => {
    const bounds = fields.flatMap(({ schema }) => [schema.minimum, schema.maximum]);
    expect(bounds).not.toContain(Number.MAX_SAFE_INTEGER);
    expect(bounds).not.toContain(Number.MIN_SAFE_INTEGER);
  });

  test('leaves times to the format', () => {
    const times = fields.filter(({ schema }) => schema.format === 'date-time');
    expect(times.length).toBeGreaterThan(0);
    expect(times.filter(({ schema }) => 'pattern' in schema)).toEqual([]);
  });

  test('keeps status to a subresource of its own', () => {
    expect(versionOf(crd).subresources).toEqual({ status: {} });
  });
});

test('conditions and deployments are lists that merge by key', () => {
  const { edgedevices } = k4eCrds();
  const keys = fieldsOf(edgedevices).flatMap(({ path, schema }) => {
    const by = schema['x-kubernetes-list-map-keys'];
    return by === undefined ? [] : [[path, schema['x-kubernetes-list-type'], by]];
  });
  expect(keys).toEqual([
    ['.status.deployments', 'map', ['name']],
    ['.status.conditions', 'map', ['type']],
  ]);
});
