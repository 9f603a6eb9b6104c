import { request } from 'node:http';

const PING_DEADLINE_MS = 5000;

/** The version that the podman behind a socket tells, or `undefined` while it does not answer. */
export function pingPodman(socketPath: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const call = request({ socketPath, path: '/_ping', agent: false, timeout: PING_DEADLINE_MS });
    call.on('response', (response) => {
      response.resume();
      const version = response.headers['libpod-api-version'];
      resolve(typeof version === 'string' ? version : undefined);
    });
    call.on('timeout', () => call.destroy());
    call.on('error', () => {
      resolve(undefined);
    });
    call.end();
  });
}
