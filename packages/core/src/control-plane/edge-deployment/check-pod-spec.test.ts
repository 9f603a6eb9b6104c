import { expect, test } from 'vitest';
import { MAX_SPECIFICATION } from '../../protocol/index.ts';
import { podSpecSchema } from '../../resources/index.ts';
import { renderSpecification } from '../configuration/render-specification.ts';
import { checkPodSpec } from './check-pod-spec.ts';

const web = { name: 'web', image: 'localhost/web:1' };
const check = { exec: { command: ['true'] } };
const udp = [{ name: 'dns', containerPort: 53, protocol: 'UDP' }];
const PROBED = 'spec.pod.spec.containers[0]';
const paths = (spec: object): string[] =>
  checkPodSpec(podSpecSchema.parse({ containers: [web], ...spec })).map(({ path }) => path);

test('a pod with all that podman runs is accepted', () => {
  const container = {
    ...web,
    command: ['/bin/httpd'],
    env: [{ name: 'A', value: 'b' }],
    resources: { limits: { memory: '64Mi' } },
    securityContext: {
      capabilities: { add: ['NET_ADMIN'] },
      runAsNonRoot: false,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    ports: [
      { containerPort: 80, hostPort: 8080 },
      { containerPort: 53, hostPort: 53, protocol: 'UDP' },
      { containerPort: 54, hostPort: 53, protocol: 'TCP' },
      { name: 'https', containerPort: 8443 },
      { containerPort: 8444 },
    ],
    volumeMounts: [{ name: 'data', mountPath: '/data' }],
    startupProbe: { tcpSocket: { port: 80 }, failureThreshold: 30, terminationGracePeriodSeconds: 1 },
    livenessProbe: { httpGet: { port: 'https', scheme: 'HTTPS', httpHeaders: [{ name: 'Host', value: 'a' }] } },
    readinessProbe: { ...check, successThreshold: 3, initialDelaySeconds: 0, timeoutSeconds: 5 },
  };
  const volumes = [
    { name: 'data', emptyDir: {} },
    { name: 'host', hostPath: { path: '/srv', type: 'DirectoryOrCreate' } },
    { name: 'claim', persistentVolumeClaim: { claimName: 'x' } },
  ];
  const spec = {
    containers: [container],
    initContainers: [{ ...web, name: 'init' }],
    volumes,
    hostNetwork: true,
    hostUsers: true,
    dnsPolicy: 'None',
    dnsConfig: { nameservers: ['192.0.2.1'] },
    restartPolicy: 'OnFailure',
  };
  expect(checkPodSpec(podSpecSchema.parse(spec))).toEqual([]);
});

test.each<[object, string[]]>([
  [{ containers: [{ ...web, livenessProbe: { exec: {} } }] }, [`${PROBED}.livenessProbe.exec.command`]],
  [{ containers: [{ ...web, livenessProbe: {} }] }, [`${PROBED}.livenessProbe`]],
  [{ containers: [{ ...web, readinessProbe: { ...check, tcpSocket: { port: 1 } } }] }, [`${PROBED}.readinessProbe`]],
  [{ containers: [{ ...web, startupProbe: { grpc: { port: 1 } } }] }, [`${PROBED}.startupProbe.grpc`]],
  [{ containers: [{ ...web, startupProbe: { tcpSocket: { port: 'x' } } }] }, [`${PROBED}.startupProbe.tcpSocket.port`]],
  [{ containers: [{ ...web, startupProbe: { tcpSocket: { port: 0 } } }] }, [`${PROBED}.startupProbe.tcpSocket.port`]],
  [
    { containers: [{ ...web, ports: udp, livenessProbe: { httpGet: { port: 'dns' } } }] },
    [`${PROBED}.livenessProbe.httpGet.port`],
  ],
  [
    { containers: [{ ...web, livenessProbe: { ...check, successThreshold: 2, periodSeconds: 0 } }] },
    [`${PROBED}.livenessProbe.periodSeconds`, `${PROBED}.livenessProbe.successThreshold`],
  ],
  [
    { containers: [{ ...web, livenessProbe: { ...check, successThreshold: 2 } }] },
    [`${PROBED}.livenessProbe.successThreshold`],
  ],
  [
    { containers: [{ ...web, readinessProbe: { ...check, terminationGracePeriodSeconds: 2 } }] },
    [`${PROBED}.readinessProbe.terminationGracePeriodSeconds`],
  ],
  [
    { initContainers: [{ ...web, name: 'i', readinessProbe: check }] },
    ['spec.pod.spec.initContainers[0].readinessProbe'],
  ],
  [
    { containers: [{ ...web, env: [{ name: 'A', valueFrom: { fieldRef: {} } }] }] },
    ['spec.pod.spec.containers[0].env[0].valueFrom'],
  ],
  [
    { containers: [{ ...web, command: ['sh', '-c', '\nset -e\nhttpd'], env: [{ name: 'A', value: ' a\nb' }] }] },
    ['spec.pod.spec.containers[0].command[2]', 'spec.pod.spec.containers[0].env[0].value'],
  ],
  [
    { containers: [{ ...web, args: ['\n', '\ta\n', ' a', 'a\n b\n'] }] },
    [0, 1].map((at) => `spec.pod.spec.containers[0].args[${String(at)}]`),
  ],
  [{ containers: [{ ...web, envFrom: [{ secretRef: { name: 's' } }] }] }, ['spec.pod.spec.containers[0].envFrom']],
  [
    { containers: [{ ...web, ports: [{ containerPort: 1, protocol: 'SCTP' }] }] },
    ['spec.pod.spec.containers[0].ports[0].protocol'],
  ],
  [
    {
      containers: [{ ...web, volumeMounts: [{ name: 'v', mountPath: '/v', subPath: 'x' }] }],
      volumes: [{ name: 'v', emptyDir: {} }],
    },
    ['spec.pod.spec.containers[0].volumeMounts[0].subPath'],
  ],
  [{ initContainers: [{ ...web, name: 'i', lifecycle: {} }] }, ['spec.pod.spec.initContainers[0].lifecycle']],
  [{ containers: [web, web] }, ['spec.pod.spec.containers[1].name']],
  [{ volumes: [{ name: 'v', configMap: { name: 'c' } }] }, ['spec.pod.spec.volumes[0].configMap']],
  [
    { volumes: [{ name: 'v', hostPath: { path: '/dev/sda', type: 'BlockDevice' } }] },
    ['spec.pod.spec.volumes[0].hostPath.type'],
  ],
  [
    { nodeSelector: { a: 'b' }, securityContext: { fsGroup: 1 } },
    ['spec.pod.spec.nodeSelector', 'spec.pod.spec.securityContext.fsGroup'],
  ],
  [{ securityContext: { runAsNonRoot: true } }, ['spec.pod.spec.securityContext.runAsNonRoot']],
  [
    { containers: [{ ...web, securityContext: { runAsNonRoot: true } }] },
    ['spec.pod.spec.containers[0].securityContext.runAsNonRoot'],
  ],
  [
    { securityContext: { seccompProfile: { type: 'Localhost', localhostProfile: 'x.json' } } },
    ['spec.pod.spec.securityContext.seccompProfile'],
  ],
  [
    { initContainers: [{ ...web, name: 'i', restartPolicy: 'Always' }] },
    ['spec.pod.spec.initContainers[0].restartPolicy'],
  ],
  [
    {
      containers: [
        { ...web, resources: { limits: { 'nvidia.com/gpu': 1 }, requests: { 'ephemeral-storage': '1Gi' } } },
      ],
    },
    [
      'spec.pod.spec.containers[0].resources.limits.nvidia.com/gpu',
      'spec.pod.spec.containers[0].resources.requests.ephemeral-storage',
    ],
  ],
  [
    { activeDeadlineSeconds: 5, overhead: { cpu: '1' }, serviceAccount: 'a', subdomain: 's' },
    ['activeDeadlineSeconds', 'overhead', 'serviceAccount', 'subdomain'].map((field) => `spec.pod.spec.${field}`),
  ],
  [
    { setHostnameAsFQDN: true, hostUsers: false, dnsPolicy: 'None' },
    ['setHostnameAsFQDN', 'hostUsers', 'dnsPolicy'].map((field) => `spec.pod.spec.${field}`),
  ],
  [
    {
      containers: [
        { ...web, ports: [{ containerPort: 80, hostPort: 8080 }] },
        { ...web, name: 'b', ports: [{ containerPort: 81, hostPort: 8080, protocol: 'TCP' }] },
      ],
    },
    ['spec.pod.spec.containers[1].ports[0].hostPort'],
  ],
  [
    { initContainers: [{ ...web, name: 'i', volumeMounts: [{ name: 'v', mountPath: '/v' }] }] },
    ['spec.pod.spec.initContainers[0].volumeMounts[0].name'],
  ],
])('%j is refused at its path', (spec, expected) => {
  expect(paths(spec)).toEqual(expected);
});

test('empty lists and nulls count as absent', () => {
  expect(paths({ containers: [{ ...web, envFrom: [], livenessProbe: null }], topologySpreadConstraints: [] })).toEqual(
    [],
  );
});

test('every refusal says what to do or why', () => {
  const [refusal] = checkPodSpec(podSpecSchema.parse({ containers: [{ ...web, envFrom: [{}] }] }));
  expect(refusal?.reason).toBe('ConfigMaps and Secrets do not reach devices; write the variables into env');
});

test('a specification is refused that is longer than devices read', () => {
  const specOf = (length: number) => podSpecSchema.parse({ containers: [{ ...web, args: ['x'.repeat(length)] }] });
  const longest = MAX_SPECIFICATION - (renderSpecification(specOf(2)).length - 2);
  expect(renderSpecification(specOf(longest))).toHaveLength(MAX_SPECIFICATION);
  expect(checkPodSpec(specOf(longest))).toEqual([]);
  expect(checkPodSpec(specOf(longest + 1))).toEqual([
    {
      path: 'spec.pod.spec',
      reason: '262145 characters of YAML, devices read at most 262144; move what is long into the image',
    },
  ]);
});
