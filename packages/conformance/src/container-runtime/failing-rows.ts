import type { PodRequest } from '@k4e/core/ports';
import { expect, test } from 'vitest';
import type { RowContext } from './row-context.ts';
import { container, pod, published } from './sample-pods.ts';

const PORT = 18_080;
/** In no registry, and not on the engine. */
export const MISSING_IMAGE = 'localhost/k4e-missing/none:1';

/** `start` that fails: with the right code, and nothing left behind. */
export function describeFailingStarts({ has, runtime, subject }: RowContext): void {
  const expectNothingLeft = async (request: PodRequest, code: string): Promise<void> => {
    const before = await subject().podNames();
    await expect(runtime().start(request)).rejects.toMatchObject({ name: 'K4eError', code });
    expect(await subject().podNames()).toEqual(before);
    expect((await runtime().list()).map(({ name }) => name)).not.toContain(request.name);
  };

  test('an image that cannot be had is RUNTIME_IMAGE_NOT_FOUND, with the image as its subject', async () => {
    const request = pod('web', [container('good', subject().image), container('web', MISSING_IMAGE)]);
    await expectNothingLeft(request, 'RUNTIME_IMAGE_NOT_FOUND');
    await expect(runtime().start(request)).rejects.toMatchObject({ subject: MISSING_IMAGE });
  });

  test('the image of an init container counts, too', async () => {
    const initContainers = [container('first', MISSING_IMAGE)];
    await expectNothingLeft(
      pod('web', [container('web', subject().image)], { initContainers }),
      'RUNTIME_IMAGE_NOT_FOUND',
    );
  });

  test.each([false, true])(
    'a host port of another pod is RUNTIME_PORT_TAKEN (with an init container: %s)',
    async (withInit) => {
      const { image } = subject();
      await runtime().start(pod('holder', [container('web', image, undefined, published(PORT))]));
      const before = await subject().trace('holder');
      const more = withInit ? { initContainers: [container('first', image, 'exit 0')] } : {};
      await expectNothingLeft(
        pod('late', [container('web', image, undefined, published(PORT))], more),
        'RUNTIME_PORT_TAKEN',
      );
      expect(await subject().trace('holder')).toBe(before);
    },
  );

  test.each(['tcp', 'udp'] as const)(
    'a %s host port of another program is RUNTIME_PORT_TAKEN until it is free',
    async (protocol) => {
      const ports = published(PORT, protocol === 'tcp' ? 'TCP' : 'UDP');
      const request = pod('web', [container('web', subject().image, undefined, ports)]);
      const release = await subject().occupyPort(PORT, protocol);
      await expectNothingLeft(request, 'RUNTIME_PORT_TAKEN');
      await release();
      await runtime().start(request);
    },
  );

  test('the same port of the other protocol is not taken', async () => {
    const { image } = subject();
    await runtime().start(pod('tcp', [container('web', image, undefined, published(PORT, 'TCP'))]));
    await runtime().start(pod('udp', [container('web', image, undefined, published(PORT, 'UDP'))]));
    expect(await subject().podNames()).toEqual(['tcp', 'udp']);
  });

  test.each([
    ['no containers', { ...pod('web', []), name: 'web' }],
    ['a note that is too long', { ...pod('web', [container('web', MISSING_IMAGE)]), note: 'x'.repeat(32_769) }],
    ['no spec', { name: 'web', fingerprint: 'first', manifest: { kind: 'Pod' } }],
    ['a name that is none', pod('../web', [container('web', MISSING_IMAGE)])],
    ['a name that is too long', pod('a'.repeat(64), [container('web', MISSING_IMAGE)])],
  ])('a request with %s is INVALID_INPUT, never to be tried again', async (_what, request) => {
    await expectNothingLeft(request, 'INVALID_INPUT');
    await expect(runtime().start(request)).rejects.toMatchObject({ retry: 'never' });
  });

  if (has('programs')) {
    test.each([false, true])(
      'a program that is not in the image is RUNTIME_FAILED (with an init container: %s)',
      async (withInit) => {
        const { image } = subject();
        const bad = { name: 'bad', image, command: ['/bin/no-such-program'] };
        const more = withInit ? { initContainers: [container('first', image, 'exit 0')] } : {};
        const request = pod('web', [container('good', image), bad], more);
        await expectNothingLeft(request, 'RUNTIME_FAILED');
        await expect(runtime().start(request)).rejects.toThrow('no-such-program');
      },
    );

    test('an init container that fails is RUNTIME_FAILED', async () => {
      const initContainers = [container('first', subject().image, 'exit 3')];
      await expectNothingLeft(pod('web', [container('web', subject().image)], { initContainers }), 'RUNTIME_FAILED');
    });
  }
}
