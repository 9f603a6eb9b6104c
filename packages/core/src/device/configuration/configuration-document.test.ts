import { expect, test } from 'vitest';
import { readConfigurationDocument, writeConfigurationDocument } from './configuration-document.ts';

const document = {
  content: { device_id: 'device-1', future: ['kept'] },
  lastGood: [
    { name: 'web', specification: 'containers: []', data: undefined, imageRegistries: undefined, metrics: undefined },
  ],
};

test('what is written is read, with members that this agent does not know', () => {
  expect(readConfigurationDocument(writeConfigurationDocument(document))).toEqual(document);
});

test.each<[string, Uint8Array]>([
  ['nothing', new Uint8Array()],
  ['zeros', new Uint8Array(64)],
  ['half of it', writeConfigurationDocument(document).subarray(0, 40)],
  ['bytes that are no UTF-8', Uint8Array.of(0x22, 0xff, 0x22)],
  ['other JSON', new TextEncoder().encode('[1]')],
])('%s is damage', (_what, bytes) => {
  expect(() => readConfigurationDocument(bytes)).toThrow(expect.objectContaining({ code: 'STATE_CORRUPT' }));
});

test('the error does not quote the document: it may hold secrets', () => {
  expect(() => readConfigurationDocument(new TextEncoder().encode('hunter2'))).toThrow(/^((?!hunter).)*$/s);
});
