import { describe, expect, test } from 'vitest';
import { podSpecSchema } from '../../resources/index.ts';
import { MAX_MANIFEST_LENGTH, renderPod } from './render-pod.ts';

const PLACE = { deviceId: 'device-1', exportPath: '/var/lib/k4e/volumes/web' };
const spec = (extra: object = {}, container: object = {}) =>
  podSpecSchema.parse({ containers: [{ name: 'web', image: 'web:1', ...container }], ...extra });

describe('a pod', () => {
  test('gets its name, /export and DEVICE_ID', () => {
    expect(renderPod('web', spec({ hostNetwork: true }), PLACE).manifest).toEqual({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web' },
      spec: {
        hostNetwork: true,
        containers: [
          {
            name: 'web',
            image: 'web:1',
            env: [{ name: 'DEVICE_ID', value: 'device-1' }],
            volumeMounts: [{ name: 'export-web', mountPath: '/export' }],
          },
        ],
        volumes: [{ name: 'export-web', hostPath: { path: '/var/lib/k4e/volumes/web', type: 'DirectoryOrCreate' } }],
      },
    });
  });

  test('has no probes, and is the same pod with others', () => {
    const probed = { livenessProbe: { tcpSocket: { port: 80 } }, startupProbe: null, readinessProbe: {} };
    expect(renderPod('web', spec({}, probed), PLACE)).toEqual(renderPod('web', spec(), PLACE));
  });

  test('keeps what the user declared beside it', () => {
    const { manifest } = renderPod(
      'web',
      spec(
        { volumes: [{ name: 'data', emptyDir: {} }], initContainers: [{ name: 'init', image: 'init:1' }] },
        { env: [{ name: 'A', value: 'b' }], volumeMounts: [{ name: 'data', mountPath: '/data' }] },
      ),
      PLACE,
    );
    expect(manifest.spec).toMatchObject({
      initContainers: [{ name: 'init', env: [{ name: 'DEVICE_ID' }] }],
      containers: [
        { env: [{ name: 'A' }, { name: 'DEVICE_ID' }], volumeMounts: [{ name: 'data' }, { name: 'export-web' }] },
      ],
      volumes: [{ name: 'data' }, { name: 'export-web' }],
    });
    expect(manifest).not.toHaveProperty('spec.initContainers.0.volumeMounts');
  });

  test("has the device's own id, whatever the spec says", () => {
    const { manifest } = renderPod('web', spec({}, { env: [{ name: 'DEVICE_ID', value: 'forged' }] }), PLACE);
    expect(manifest).toMatchObject({ spec: { containers: [{ env: [{ name: 'DEVICE_ID', value: 'device-1' }] }] } });
  });

  test.each([
    ['a volume of the reserved name', { volumes: [{ name: 'export-web', emptyDir: {} }] }, {}],
    ['volumes that are no list', { volumes: 'none' }, {}],
    ['an environment that is no list', {}, { env: { A: 'b' } }],
  ])('with %s is refused', (_what, extra, container) => {
    expect(() => renderPod('web', spec(extra, container), PLACE)).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT' }),
    );
  });

  test('that is too large is refused', () => {
    const value = 'x'.repeat(MAX_MANIFEST_LENGTH);
    expect(() => renderPod('web', spec({}, { env: [{ name: 'A', value }] }), PLACE)).toThrow('are allowed');
  });
});

describe('a fingerprint', () => {
  const base = renderPod('web', spec(), PLACE).fingerprint;

  test('fits the runtime, and is the same for the same pod whatever the order of its keys', () => {
    expect(base).toMatch(/^[A-Za-z0-9._-]{1,63}$/);
    const reordered = podSpecSchema.parse({ containers: [{ image: 'web:1', name: 'web' }] });
    expect(renderPod('web', reordered, PLACE).fingerprint).toBe(base);
  });

  test.each([
    ['image', spec({}, { image: 'web:2' }), PLACE],
    ['device', spec(), { ...PLACE, deviceId: 'device-2' }],
    ['export path', spec(), { ...PLACE, exportPath: '/data/web' }],
    ['field that k4e does not know', spec({ hostPID: true }), PLACE],
  ])('is another for another %s', (_what, changed, place) => {
    expect(renderPod('web', changed, place).fingerprint).not.toBe(base);
  });
});
