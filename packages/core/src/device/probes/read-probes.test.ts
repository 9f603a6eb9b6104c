import { expect, test } from 'vitest';
import { podSpecSchema } from '../../resources/index.ts';
import { readProbes } from './read-probes.ts';

const read = (container: object, pod: object = {}) =>
  readProbes(podSpecSchema.parse({ containers: [{ name: 'web', image: 'web:1', ...container }], ...pod }), 'shop');

test('what is not said is as Kubernetes has it', () => {
  expect(read({ livenessProbe: { exec: { command: ['true'] } } })).toEqual([
    {
      container: 'web',
      liveness: {
        action: { kind: 'exec', command: ['true'] },
        initialDelayMs: 0,
        periodMs: 10_000,
        timeoutMs: 1_000,
        successThreshold: 1,
        failureThreshold: 3,
      },
    },
  ]);
});

test('all that can be said is read', () => {
  const times = { initialDelaySeconds: 5, periodSeconds: 20, timeoutSeconds: 3, failureThreshold: 9 };
  const httpGet = { port: 'http', path: 'healthz?full', scheme: 'HTTPS', httpHeaders: [{ name: 'X-A', value: 'b' }] };
  const ports = [{ name: 'http', containerPort: 8443 }];
  const [probes] = read({
    ports,
    startupProbe: { httpGet, ...times, terminationGracePeriodSeconds: 4 },
    readinessProbe: { tcpSocket: { port: 80, host: 'db.example' }, successThreshold: 2 },
  });
  expect(probes).toMatchObject({
    startup: {
      action: {
        kind: 'httpGet',
        port: 8443,
        path: '/healthz?full',
        scheme: 'https',
        headers: [{ name: 'X-A', value: 'b' }],
      },
      initialDelayMs: 5_000,
      periodMs: 20_000,
      timeoutMs: 3_000,
      failureThreshold: 9,
      graceMs: 4_000,
    },
    readiness: { action: { kind: 'tcpSocket', port: 80, host: 'db.example' }, successThreshold: 2 },
  });
  expect(probes?.startup?.action).not.toHaveProperty('host');
});

test("with the host's network the pod is at the loopback interface", () => {
  const probe = { livenessProbe: { tcpSocket: { port: 80, host: '' } } };
  expect(read(probe, { hostNetwork: true })[0]?.liveness?.action).toMatchObject({ host: '127.0.0.1' });
});

test('containers without probes are left out, and a null is none', () => {
  expect(read({})).toEqual([]);
  expect(read({ livenessProbe: null, readinessProbe: null })).toEqual([]);
});

test('what is no probe is refused with the place where it is', () => {
  const refused = () => read({ livenessProbe: { httpGet: { port: 'nope' } } });
  expect(refused).toThrow(expect.objectContaining({ code: 'INVALID_INPUT', subject: 'shop' }));
  expect(refused).toThrow('livenessProbe.httpGet.port');
});
