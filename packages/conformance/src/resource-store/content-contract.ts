import { CONFIG_MAP, EDGE_DEVICE } from '@k4e/core/resources';
import { describe, expect, test } from 'vitest';
import { errorCodeOf } from './error-code-of.ts';
import type { Current } from './store-under-test.ts';
import { device } from './samples.ts';
import { recordWatch } from './watch-recorder.ts';

const OWNER = { owner: 'x' } as const;
const LARGE_BYTES = 200 * 1_024;
const TOO_LARGE_BYTES = 4 * 1_024 * 1_024;

/** Texts and sizes that resources come in. */
export function describeContent(subject: Current): void {
  describe('content', () => {
    test.each([
      ['many scripts', 'Zürich 東京 القاهرة 🛰️ e\u0301'],
      ['separators and escapes', 'a\u2028b\u2029c\t\r\n"\\ \u0001 /'],
      ['text that looks like JSON or YAML', '{"a": [1, null]}\n---\n- b: !!js'],
      ['an empty text', ''],
    ])('keeps every character: %s', async (_what, text) => {
      const { store, ref } = subject();
      const target = ref();
      const annotations = { 'k4e.io/text': text };
      const applied = await store.apply(CONFIG_MAP, { metadata: { ...target, annotations }, data: { text } }, OWNER);
      expect(applied.data).toEqual({ text });
      const read = await store.get(CONFIG_MAP, target);
      expect(read?.data).toEqual({ text });
      expect(read?.metadata.annotations).toEqual(annotations);
      const { items } = await store.list(CONFIG_MAP, { namespace: target.namespace });
      expect(items.find(({ metadata }) => metadata.name === target.name)).toEqual(read);
    });

    test('keeps texts of times as they were written', async () => {
      const { store, ref } = subject();
      const requestTime = '2026-01-02T03:04:05.678901+02:00';
      const applied = await store.apply(EDGE_DEVICE, device(ref(), { spec: { requestTime } }), OWNER);
      expect(applied.spec?.requestTime).toBe(requestTime);
    });

    test('keeps large whole numbers', async () => {
      const { store, ref } = subject();
      const target = ref();
      await store.create(EDGE_DEVICE, device(target));
      const hardware = { memory: { physicalBytes: 9_007_199_254_740_991 } };
      const written = await store.apply(EDGE_DEVICE, device(target, { status: { hardware } }), {
        ...OWNER,
        subresource: 'status',
      });
      expect(written.status?.hardware).toEqual(hardware);
    });

    test(`resources of ${LARGE_BYTES} bytes are written, read, listed and watched whole`, async () => {
      const { store, ref, namespace } = subject();
      const target = ref();
      const smart = 'ß'.repeat(25_600);
      const disks = Array.from({ length: LARGE_BYTES / 51_200 }, (_, index) => ({ name: `sd${index}`, smart }));
      await store.create(EDGE_DEVICE, device(target));
      const { resourceVersion } = await store.list(EDGE_DEVICE, { namespace });
      const watch = recordWatch(store, EDGE_DEVICE, { namespace }, resourceVersion);
      const content = device(target, { status: { hardware: { disks } } });
      const written = await store.apply(EDGE_DEVICE, content, { ...OWNER, subresource: 'status' });
      expect(written.status?.hardware?.disks).toEqual(disks);
      expect(await store.get(EDGE_DEVICE, target)).toEqual(written);
      expect((await store.list(EDGE_DEVICE, { namespace })).items).toContainEqual(written);
      await watch.until(() => watch.changes().length > 0);
      await watch.stop();
      expect(watch.events.filter(({ type }) => type !== 'bookmark')).toEqual([{ type: 'modified', resource: written }]);
    });

    test('a resource beyond the limit is refused with TOO_LARGE, and what was there stays', async () => {
      const { store, ref } = subject();
      const target = ref();
      const before = await store.create(EDGE_DEVICE, device(target));
      const smart = 'x'.repeat(65_536);
      const disks = Array.from({ length: TOO_LARGE_BYTES / 65_536 }, (_, index) => ({ name: `sd${index}`, smart }));
      const content = device(target, { status: { hardware: { disks } } });
      expect(await errorCodeOf(store.apply(EDGE_DEVICE, content, { ...OWNER, subresource: 'status' }))).toBe(
        'TOO_LARGE',
      );
      expect(await store.get(EDGE_DEVICE, target)).toEqual(before);
    });
  });
}
