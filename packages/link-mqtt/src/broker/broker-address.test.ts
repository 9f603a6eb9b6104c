import { expect, test } from 'vitest';
import { readBrokerUrl } from './broker-address.ts';

test.each([
  ['mqtt://broker.example', { host: 'broker.example', port: 1883, isSecure: false }],
  ['mqtt://broker.example:1884/', { host: 'broker.example', port: 1884, isSecure: false }],
  ['mqtts://broker.example', { host: 'broker.example', port: 8883, isSecure: true }],
  ['mqtts://[::1]:443', { host: '::1', port: 443, isSecure: true }],
  ['tcp://10.0.0.1', { host: '10.0.0.1', port: 1883, isSecure: false }],
  ['ssl://broker.example', { host: 'broker.example', port: 8883, isSecure: true }],
  ['tls://broker.example', { host: 'broker.example', port: 8883, isSecure: true }],
])('%s', (url, address) => {
  expect(readBrokerUrl(url)).toMatchObject(address);
});

test('the label says where it is', () => {
  expect(readBrokerUrl('mqtts://[::1]').label).toBe('mqtts://[::1]:8883');
});

test.each([
  '',
  'broker.example',
  'broker.example:1883',
  'http://broker.example',
  'ws://broker.example',
  'mqtt://',
  'mqtt://broker.example:0',
  'mqtt://broker.example:99999',
  'mqtt://broker.example/path',
  'mqtt://broker.example?a=b',
  'mqtt://broker.example#a',
])('%j is none', (url) => {
  expect(() => readBrokerUrl(url)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
});

test.each([
  'mqtt://somebody:hunter2@broker.example',
  'http://somebody:hunter2@broker.example',
  'mqtt://hunter2@x:99999',
])('a password does not come into the error: %s', (url) => {
  expect(() => readBrokerUrl(url)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
  expect(() => readBrokerUrl(url)).not.toThrow(/hunter2/);
});
