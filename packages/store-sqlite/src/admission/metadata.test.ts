import { K4eError } from '@k4e/core';
import type { ObjectMeta } from '@k4e/core/resources';
import { expect, test } from 'vitest';
import { ANNOTATIONS_MAX_LENGTH, NAME_MAX_LENGTH, checkMetadata } from './metadata.ts';

function faultOf(metadata: Partial<ObjectMeta>): string {
  try {
    checkMetadata('EdgeDevice', { name: 'a', namespace: 'n', ...metadata });
    return '';
  } catch (error) {
    return error instanceof K4eError && error.code === 'RESOURCE_INVALID' ? error.message : String(error);
  }
}

test.each<Partial<ObjectMeta>>([
  { name: 'a.b-c.1' },
  { name: 'x'.repeat(NAME_MAX_LENGTH) },
  { labels: { a: '', 'k4e.io/Rack_7': 'x'.repeat(63), ['y'.repeat(63)]: 'A.b-c_1' } },
  { annotations: { 'K4e.io/note': 'x'.repeat(ANNOTATIONS_MAX_LENGTH - 'K4e.io/note'.length) } },
  { finalizers: ['k4e.io/hold', 'plain'] },
])('accepts %j', (metadata) => {
  expect(faultOf(metadata)).toBe('');
});

test.each<[Partial<ObjectMeta>, string]>([
  [{ name: '' }, 'metadata.name'],
  [{ name: 'x'.repeat(NAME_MAX_LENGTH + 1) }, 'metadata.name'],
  [{ name: 'a..b' }, 'metadata.name'],
  [{ namespace: 'a.b' }, 'metadata.namespace'],
  [{ labels: { '': 'x' } }, 'metadata.labels'],
  [{ labels: { ['y'.repeat(64)]: 'x' } }, 'metadata.labels'],
  [{ labels: { '/a': 'x' } }, 'metadata.labels'],
  [{ labels: { 'Upper.io/a': 'x' } }, 'metadata.labels'],
  [{ labels: { a: 'ü' } }, 'metadata.labels.a'],
  [{ annotations: { a: 'x'.repeat(ANNOTATIONS_MAX_LENGTH) } }, 'metadata.annotations'],
  [{ finalizers: ['a/b/c'] }, 'metadata.finalizers'],
])('refuses %j and names %s', (metadata, path) => {
  expect(faultOf(metadata)).toContain(path);
});
