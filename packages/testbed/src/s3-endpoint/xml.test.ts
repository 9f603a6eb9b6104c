import { expect, test } from 'vitest';

import { element, group, textsOf, xmlDocument } from './xml.ts';

const STRANGE = ['a & b', '<tag>', '"quoted"', '&amp;', 'ünï 😀', ''];

test('what is written is read, whatever is in it', () => {
  const document = xmlDocument('Root', [
    group(
      'List',
      STRANGE.map((text) => element('Text', text)),
    ),
  ]);
  expect(textsOf('Text', document)).toEqual(STRANGE);
});

test('characters that others write as numbers are read', () => {
  expect(textsOf('Text', '<Text>a&#13;b&#x20;c</Text>')).toEqual(['a\rb c']);
});
