import { expect, test } from 'vitest';
import { isRecord } from '../foundation/index.ts';
import { MAX_METRICS_CONTAINERS, MAX_BODY_BYTES } from './limits.ts';
import { OPENAPI_VERSION, deriveOpenApi } from './openapi.ts';

const document = deriveOpenApi({ version: '1.2.3' });

/** Every value in the document, with its path. */
function* walk(value: unknown, path: readonly string[] = []): Generator<readonly [readonly string[], unknown]> {
  yield [path, value];
  const members = Array.isArray(value) || isRecord(value) ? Object.entries(value) : [];
  for (const [key, member] of members) yield* walk(member, [...path, key]);
}

function at(pointer: string): unknown {
  return pointer
    .slice(2)
    .split('/')
    .reduce<unknown>((value, key) => (isRecord(value) ? value[key.replaceAll('~1', '/')] : undefined), document);
}

test('it is an OpenAPI document of its version', () => {
  expect(document).toMatchObject({ openapi: OPENAPI_VERSION, info: { title: 'k4e edge API', version: '1.2.3' } });
});

test('it is plain JSON', () => {
  expect(JSON.parse(JSON.stringify(document))).toEqual(document);
});

test('every reference leads to something, and stands alone', () => {
  const refs = [...walk(document)].filter(([path]) => path.at(-1) === '$ref');
  expect(refs.length).toBeGreaterThan(10);
  for (const [path, ref] of refs) {
    expect(at(String(ref)), String(ref)).toBeDefined();
    expect(
      Object.keys(
        at(
          `#/${path
            .slice(0, -1)
            .map((key) => key.replaceAll('/', '~1'))
            .join('/')}`,
        ) ?? { $ref: 1 },
      ),
    ).toEqual(['$ref']);
  }
});

test('every schema is used', () => {
  const used = new Set([...walk(document)].filter(([path]) => path.at(-1) === '$ref').map(([, ref]) => ref));
  const schemas = at('#/components/schemas');
  for (const name of Object.keys(isRecord(schemas) ? schemas : {})) {
    expect(used, name).toContain(`#/components/schemas/${name}`);
  }
});

test('it has the four endpoints, each with an operation of its own, its parameter and its answers', () => {
  const paths = isRecord(document.paths) ? document.paths : {};
  expect(Object.keys(paths)).toEqual([
    '/api/k4e-management/v1/data/{device_id}/in',
    '/api/k4e-management/v1/data/{device_id}/out',
    '/api/k4e-management/v1/control/{device_id}/in',
    '/api/k4e-management/v1/control/{device_id}/out',
  ]);
  const ids = [...walk(paths)].filter(([path]) => path.at(-1) === 'operationId').map(([, id]) => id);
  expect(new Set(ids).size).toBe(4);
  for (const [path, responses] of walk(paths)) {
    if (path.at(-1) !== 'responses') continue;
    expect(isRecord(responses) && Object.keys(responses)).toEqual(expect.arrayContaining(['200', '400', '500', '503']));
    for (const answer of Object.values(isRecord(responses) ? responses : {})) {
      expect(isRecord(answer) && answer.description).toBeTruthy();
    }
  }
});

test('nothing in it is foreign to OpenAPI 3.0', () => {
  for (const [path, value] of walk(document)) {
    const isName = path.at(-2) === 'properties';
    if (!isName)
      expect(['$schema', '$id', 'const', 'prefixItems', '$defs', 'propertyNames'], path.join('.')).not.toContain(
        path.at(-1),
      );
    if (!isName && path.at(-1) === 'type') expect(typeof value, path.join('.')).toBe('string');
    expect(value, path.join('.')).not.toBeNull();
  }
});

test('limits are in it, and what a control plane sends is never null', () => {
  const specification = at(
    '#/components/schemas/DeviceConfiguration/properties/workloads/items/properties/specification',
  );
  expect(specification).toMatchObject({ type: 'string', maxLength: MAX_BODY_BYTES });
  const metrics = at('#/components/schemas/DeviceConfiguration/properties/workloads/items/properties/metrics');
  expect(metrics).toMatchObject({ properties: { containers: { maxProperties: MAX_METRICS_CONTAINERS } } });
  expect(JSON.stringify(at('#/components/schemas/DeviceConfiguration'))).not.toContain('nullable');
  expect(at('#/components/schemas/Heartbeat/properties/workloads')).toMatchObject({ nullable: true, maxItems: 256 });
  expect(at('#/components/schemas/Registration/properties/hardware')).toMatchObject({
    allOf: [{ $ref: '#/components/schemas/HardwareInfo' }],
  });
});
