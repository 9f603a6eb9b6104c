import type { JsonObject } from '@k4e/core';
import { expect, test } from 'vitest';
import { renderPod } from './render-pod.ts';

function render(manifest: JsonObject): unknown {
  return JSON.parse(renderPod({ name: 'web', fingerprint: 'f1', manifest }, 'me'));
}

const LABELS = {
  'io.k4e.owner': 'me',
  'io.k4e.fingerprint': 'f1',
  'io.k4e.pod': 'web',
  'io.k4e.containers': 'one,two',
};

test('a manifest is played as it is, but for what k4e does itself and what podman would do otherwise', () => {
  const rendered = render({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'another',
      labels: { app: 'shop', 'io.k4e.owner': 'somebody' },
      annotations: { note: 'kept' },
    },
    spec: {
      restartPolicy: 'Always',
      hostname: 'kept',
      initContainers: [{ name: 'first', image: 'a:1', volumeMounts: [{ name: 'cache', mountPath: '/c' }] }],
      containers: [
        {
          name: 'one',
          image: 'a:1',
          imagePullPolicy: 'Always',
          env: [{ name: 'YES', value: 'no' }],
          ports: [
            { containerPort: 80, hostPort: 8080, protocol: 'TCP' },
            { containerPort: 81 },
            { containerPort: 82, hostPort: 0 },
          ],
          volumeMounts: [
            { name: 'cache', mountPath: '/c', readOnly: true },
            { name: 'host', mountPath: '/h' },
          ],
        },
        { name: 'two', image: 'b:1', ports: [{ containerPort: 90 }] },
      ],
      volumes: [
        { name: 'cache', emptyDir: { medium: 'Memory' } },
        { name: 'host', hostPath: { path: '/srv' } },
      ],
    },
  });
  expect(rendered).toEqual({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', labels: { app: 'shop', ...LABELS }, annotations: { note: 'kept' } },
    spec: {
      restartPolicy: 'Never',
      hostname: 'kept',
      initContainers: [
        {
          name: 'first',
          image: 'a:1',
          imagePullPolicy: 'Never',
          volumeMounts: [{ name: 'k4e_web_cache', mountPath: '/c' }],
        },
      ],
      containers: [
        {
          name: 'one',
          image: 'a:1',
          imagePullPolicy: 'Never',
          env: [{ name: 'YES', value: 'no' }],
          ports: [{ containerPort: 80, hostPort: 8080, protocol: 'TCP' }],
          volumeMounts: [
            { name: 'k4e_web_cache', mountPath: '/c', readOnly: true },
            { name: 'host', mountPath: '/h' },
          ],
        },
        { name: 'two', image: 'b:1', imagePullPolicy: 'Never' },
      ],
      volumes: [
        { name: 'k4e_web_cache', emptyDir: { medium: 'Memory' } },
        { name: 'host', hostPath: { path: '/srv' } },
      ],
    },
  });
});

test('the least manifest will do, and null is as good as nothing', () => {
  const spec = {
    initContainers: null,
    volumes: null,
    containers: [{ name: 'one', image: 'a', ports: null, volumeMounts: null }],
  };
  expect(render({ metadata: null, spec })).toEqual({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', labels: { ...LABELS, 'io.k4e.containers': 'one' } },
    spec: {
      initContainers: null,
      volumes: null,
      restartPolicy: 'Never',
      containers: [{ name: 'one', image: 'a', imagePullPolicy: 'Never' }],
    },
  });
});

test('text that looks like YAML documents stays text', () => {
  const value = 'a\n---\nkind: Secret\n...\n';
  const rendered = renderPod(
    {
      name: 'web',
      fingerprint: 'f',
      manifest: { spec: { containers: [{ name: 'one', image: 'a', env: [{ name: 'A', value }] }] } },
    },
    'me',
  );
  expect(rendered).not.toContain('\n');
  expect(rendered).toContain(JSON.stringify(value));
});

test.each([
  ['nothing', {}],
  ['no list of containers', { spec: { containers: 'web' } }],
  ['a container without image', { spec: { containers: [{ name: 'one' }] } }],
  ['a port that is text', { spec: { containers: [{ name: 'one', image: 'a', ports: [{ hostPort: '80' }] }] } }],
])('a manifest with %s is INVALID_INPUT, with the pod as subject and the path in words', (_what, manifest) => {
  expect(() => render(manifest)).toThrow(
    expect.objectContaining({
      code: 'INVALID_INPUT',
      retry: 'never',
      subject: 'web',
      message: expect.stringContaining('spec') as string,
    }),
  );
});
