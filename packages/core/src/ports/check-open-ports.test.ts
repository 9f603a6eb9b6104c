import { expect, test } from 'vitest';
import { MAX_OPEN_PORTS, checkOpenPorts } from './check-open-ports.ts';

const web = { port: 80, protocol: 'tcp', workload: 'web' } as const;

test.each([1, 65_535])('%d is a port', (port) => {
  expect(() => checkOpenPorts([{ ...web, port }])).not.toThrow();
});

test.each([0, -1, 65_536, 1.5, Number.NaN])('%d is not, and the workload is named', (port) => {
  expect(() => checkOpenPorts([web, { ...web, port, workload: 'bad' }])).toThrow(
    expect.objectContaining({ code: 'INVALID_INPUT', subject: 'bad', retry: 'never' }),
  );
});

test('as many ports as allowed pass, one more is refused', () => {
  const most = Array.from({ length: MAX_OPEN_PORTS }, () => web);
  expect(() => checkOpenPorts(most)).not.toThrow();
  expect(() => checkOpenPorts([...most, web])).toThrow(expect.objectContaining({ code: 'TOO_LARGE', retry: 'never' }));
});
