import { expect, test } from 'vitest';
import { isOwner } from './pod-labels.ts';
import { isPodName } from './pod-name.ts';

test.each(['a', 'k4e', 'Device_1.edge-2', 'x'.repeat(63)])('%s can be an owner', (owner) => {
  expect(isOwner(owner)).toBe(true);
});

test.each(['', '-a', 'a-', 'a b', 'a=b', 'a*', 'ü', 'x'.repeat(64)])('"%s" cannot be an owner', (owner) => {
  expect(isOwner(owner)).toBe(false);
});

test.each(['a', '1', 'web.edge-1', 'x'.repeat(63)])('%s can be a pod', (name) => {
  expect(isPodName(name)).toBe(true);
});

test.each(['', '.', '-a', 'a-', 'A', 'a_b', 'a/b', 'a$', 'x'.repeat(64)])('"%s" cannot be a pod', (name) => {
  expect(isPodName(name)).toBe(false);
});
