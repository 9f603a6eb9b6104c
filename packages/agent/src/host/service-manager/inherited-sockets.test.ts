import { closeSync, openSync } from 'node:fs';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { withInheritedSockets } from './inherited-sockets.ts';

test('a descriptor that is a socket stays, any other is none', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const handle: unknown = Reflect.get(server, '_handle');
  const fd = typeof handle === 'object' && handle !== null ? Number(Reflect.get(handle, 'fd')) : NaN;
  const file = openSync('/dev/null', 'r');
  const read = (notify: string) => withInheritedSockets({ K4E_NOTIFY_FD: notify, PATH: '/bin' });
  expect(read(String(fd))).toMatchObject({ K4E_NOTIFY_FD: String(fd), PATH: '/bin' });
  for (const wrong of [String(file), '1048575', '-1', 'x', '']) {
    expect(read(wrong)).toMatchObject({ K4E_NOTIFY_FD: undefined, K4E_JOURNAL_FD: undefined, PATH: '/bin' });
  }
  closeSync(file);
  server.close();
});
