import { expect, test } from 'vitest';
import { classifyText, failure, refusalText } from './refusal.ts';

const ID = 'e4c0811293d47d0dc9a10b48637012ecc2f6082d8ef3703cbbc8f7100353a6c5';

test.each([
  // podman 4.3.1 and 5.4.2 as root.
  ['cannot listen on the TCP port: listen tcp4 :18080: bind: address already in use', 'RUNTIME_PORT_TAKEN'],
  ['cannot listen on the UDP port: listen udp4 :18081: bind: address already in use', 'RUNTIME_PORT_TAKEN'],
  // Rootless, with rootlessport and with pasta.
  ['rootlessport listen tcp 0.0.0.0:18080: bind: address already in use', 'RUNTIME_PORT_TAKEN'],
  [
    "pasta failed with exit code 1:\nFailed to bind port 18080 (Address already in use) for option '-t 18080-18080:80'",
    'RUNTIME_PORT_TAKEN',
  ],
  ['playing YAML file: localhost/nope:1: image not known', 'RUNTIME_IMAGE_NOT_FOUND'],
  ['playing YAML file: adding pod to state: name "one" is in use: pod already exists', 'ALREADY_EXISTS'],
  ['playing YAML file: adding pod to state: name "one" is in use: container already exists', 'RUNTIME_NAME_TAKEN'],
  [
    `playing YAML file: creating container storage: the container name "one-one" is already in use by ${ID}. You have to remove that container to be able to reuse that name: that name is already in use`,
    'RUNTIME_NAME_TAKEN',
  ],
  [
    `playing YAML file: creating container storage: the container name "one-one" is already in use by ${ID}. You have to remove that container to be able to reuse that name: that name is already in use by an external entity`,
    'RUNTIME_NAME_TAKEN',
  ],
  ['container init must be in Created or Stopped state to be started: container state improper', 'CONFLICT'],
  // A full disk, as podman 4.3.1 and 5.4.2 tell it.
  [
    `not all containers could be removed from pod ${ID}: cannot remove container ${ID} as it could not be stopped: saving container ${ID} state: writing container ${ID} state: database or disk is full`,
    'RUNTIME_DISK_FULL',
  ],
  [
    `creating container storage: layer not known: write /var/lib/containers/storage/x: no space left on device`,
    'RUNTIME_DISK_FULL',
  ],
  // Storage that a power cut has damaged, as podman 4.3.1 and 5.4.2 tell it.
  [
    `starting container ${ID}: mounting storage for container ${ID}: readlink /var/lib/containers/storage/overlay/l: invalid argument`,
    'RUNTIME_STORAGE_DAMAGED',
  ],
  [
    `mounting storage for container ${ID}: creating overlay mount to /s/overlay/c4/merged, mount_data="lowerdir=/s/overlay/c4/empty": no such file or directory`,
    'RUNTIME_STORAGE_DAMAGED',
  ],
  [`playing YAML file: stat /s/overlay/${ID}: no such file or directory`, 'RUNTIME_STORAGE_DAMAGED'],
  [`faccessat /var/lib/containers/storage/overlay/${ID}: no such file or directory`, 'RUNTIME_STORAGE_DAMAGED'],
  [
    `mounting storage for container ${ID}: recreating the missing symlinks: 1 error occurred`,
    'RUNTIME_STORAGE_DAMAGED',
  ],
  ['unexpected end of JSON input', 'RUNTIME_STORAGE_DAMAGED'],
  // Trouble that replacing an image would not mend.
  [`creating overlay mount to /s/overlay/c4/merged: no such device`, 'RUNTIME_FAILED'],
  [`mounting storage for container ${ID}: no space left on device`, 'RUNTIME_DISK_FULL'],
  // runc and crun.
  [
    'runc: runc create failed: unable to start container process: exec: "/bin/nosuch": stat /bin/nosuch: no such file or directory: OCI runtime attempted to invoke a command that was not found',
    'RUNTIME_FAILED',
  ],
  [
    'crun: executable file `/bin/nosuch` not found: No such file or directory: OCI runtime attempted to invoke a command that was not found',
    'RUNTIME_FAILED',
  ],
  [`init container ${ID} exited with code 3`, 'RUNTIME_FAILED'],
  [
    'failed to create volume "h": in parsing HostPath in YAML: stat /nosuch: no such file or directory',
    'RUNTIME_FAILED',
  ],
  ['internal libpod error', 'RUNTIME_FAILED'],
])('%s', (text, code) => {
  expect(classifyText(text)).toBe(code);
});

test('the reason of a refusal is its message, or its cause, or its status', () => {
  expect(refusalText({ status: 500, body: { cause: 'inner', message: 'outer: inner', response: 500 } })).toBe(
    'outer: inner',
  );
  expect(refusalText({ status: 500, body: { cause: 'inner' } })).toBe('inner');
  expect(refusalText({ status: 503, body: 'Service Unavailable' })).toBe('podman answered with status 503');
  expect(refusalText({ status: 409, body: { Errs: null } })).toBe('podman answered with status 409');
});

test('of containers that did not start, those that failed for another are left out', () => {
  const first = `starting container ${ID}: cannot listen on the TCP port: listen tcp4 :81: bind: address already in use`;
  const second = `starting container ${ID}: a dependency of container ${ID} failed to start: container state improper`;
  expect(refusalText({ status: 409, body: { Errs: [second, first], Id: ID } })).toBe(first);
  expect(refusalText({ status: 409, body: { Errs: [second], Id: ID } })).toBe(second);
});

test('an error holds the text up to the limit, and says when it was cut', () => {
  expect(failure('web', 'x'.repeat(10), 10).message).toBe(`web: ${'x'.repeat(10)}`);
  expect(failure('web', 'x'.repeat(11), 10).message).toBe(`web: ${'x'.repeat(10)}…`);
});
