import { expect, test } from 'vitest';
import { MISSING_IMAGE } from './failing-rows.ts';
import type { RowContext } from './row-context.ts';
import { another, container, pod } from './sample-pods.ts';

/** `prepare`: images, and nothing else. */
export function describePreparing({ runtime, subject }: RowContext): void {
  test('prepare makes no pod', async () => {
    await runtime().prepare(pod('web', [container('web', subject().image)]));
    expect(await subject().podNames()).toEqual([]);
  });

  test.each(['ours', "somebody else's"])(
    'prepare for a pod whose name one of %s has leaves that as it is',
    async (whose) => {
      const { image } = subject();
      const request = pod('web', [container('web', image)]);
      if (whose === 'ours') await runtime().start(request);
      else await subject().startForeignPod('web');
      const before = await subject().trace('web');
      await runtime().prepare(another(request));
      await expect(runtime().prepare(another(pod('web', [container('web', MISSING_IMAGE)])))).rejects.toThrow();
      expect(await subject().trace('web')).toBe(before);
    },
  );

  test.each(['containers', 'initContainers'])(
    'an image of the %s that cannot be had is RUNTIME_IMAGE_NOT_FOUND',
    async (list) => {
      const { image } = subject();
      const [good, missing] = [container('good', image), container('bad', MISSING_IMAGE)];
      const request =
        list === 'containers' ? pod('web', [good, missing]) : pod('web', [good], { initContainers: [missing] });
      await expect(runtime().prepare(request)).rejects.toMatchObject({
        name: 'K4eError',
        code: 'RUNTIME_IMAGE_NOT_FOUND',
        subject: MISSING_IMAGE,
      });
      expect(await subject().podNames()).toEqual([]);
    },
  );

  test.each([
    ['no containers', pod('web', [])],
    ['a name that is none', pod('../web', [container('web', MISSING_IMAGE)])],
  ])('a request with %s is INVALID_INPUT, never to be tried again', async (_what, request) => {
    await expect(runtime().prepare(request)).rejects.toMatchObject({ code: 'INVALID_INPUT', retry: 'never' });
  });
}
