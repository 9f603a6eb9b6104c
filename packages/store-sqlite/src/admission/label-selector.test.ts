import { errorCode } from '@k4e/core';
import { expect, test } from 'vitest';
import { SELECTOR_MAX_TERMS, parseLabelSelector } from './label-selector.ts';

test.each([
  [undefined, {}, true],
  ['', { a: '1' }, true],
  ['a=1', { a: '1' }, true],
  ['a=1', { a: '2' }, false],
  ['a=1', undefined, false],
  ['a==1', { a: '1' }, true],
  ['a=', { a: '' }, true],
  ['a!=1', { a: '1' }, false],
  ['a!=1', {}, true],
  ['a', { a: '' }, true],
  ['a', {}, false],
  ['!a', {}, true],
  ['! a', { a: '1' }, false],
  [' a = 1 , !b ', { a: '1' }, true],
  ['a=1,b', { a: '1' }, false],
  ['workload/app=true', { 'workload/app': 'true' }, true],
])('%j on %j is %j', (selector, labels, expected) => {
  expect(parseLabelSelector(selector)(labels)).toBe(expected);
});

function codeOf(selector: string): unknown {
  try {
    parseLabelSelector(selector);
    return undefined;
  } catch (error) {
    return errorCode(error);
  }
}

test.each(['a=b=c', 'a in (b)', ',', 'a,', '=b', 'a b'])('%j is refused', (selector) => {
  expect(codeOf(selector)).toBe('INVALID_INPUT');
});

test('terms are counted', () => {
  const terms = Array.from({ length: SELECTOR_MAX_TERMS }, (_, index) => `l${index}`);
  expect(codeOf(terms.join(','))).toBeUndefined();
  expect(codeOf([...terms, 'more'].join(','))).toBe('INVALID_INPUT');
});
