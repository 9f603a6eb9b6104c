import { expect, test } from 'vitest';
import { workerEnvironment } from './worker-environment.ts';

test('a worker of either generation finds what it looks for, and nothing else', () => {
  const surroundings = {
    socketAddress: 'unix:@ygg',
    configDir: '/etc/yggdrasil',
    logLevel: 'info',
    clientId: 'edge-1',
  };
  expect(workerEnvironment(surroundings)).toEqual({
    YGG_SOCKET_ADDR: 'unix:@ygg',
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    BASE_CONFIG_DIR: '/etc/yggdrasil',
    LOG_LEVEL: 'info',
    DEVICE_ID: 'edge-1',
    YGG_CONFIG_DIR: '/etc/yggdrasil',
    YGG_LOG_LEVEL: 'info',
    YGG_CLIENT_ID: 'edge-1',
  });
});
