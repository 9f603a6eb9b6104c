import { describe, expect, test } from 'vitest';
import { MAX_OPEN_PORTS } from '../../ports/index.ts';
import { podSpecSchema } from '../../resources/index.ts';
import type { DesiredWorkload } from './desired-workload.ts';
import { MAX_HOST_PORTS, hostPortsOf, portText, settleHostPorts } from './host-ports.ts';

const spec = (...ports: object[]) => podSpecSchema.parse({ containers: [{ name: 'web', image: 'web:1', ports }] });

describe('the host ports of a pod', () => {
  test('are those with a hostPort, TCP unless they say UDP; init containers have none', () => {
    const pod = podSpecSchema.parse({
      initContainers: [{ name: 'init', image: 'i', ports: [{ containerPort: 1, hostPort: 1 }] }],
      containers: [
        { name: 'a', image: 'a', ports: [{ containerPort: 80, hostPort: 8080 }, { containerPort: 81 }] },
        { name: 'b', image: 'b', ports: [{ containerPort: 53, hostPort: 53, protocol: 'UDP' }] },
      ],
    });
    expect(hostPortsOf(pod, 'web').map(portText)).toEqual(['8080/tcp', '53/udp']);
  });

  test('of the same number are two ports when their protocols differ', () => {
    const both = spec({ containerPort: 53, hostPort: 53 }, { containerPort: 53, hostPort: 53, protocol: 'UDP' });
    expect(hostPortsOf(both, 'dns').map(portText)).toEqual(['53/tcp', '53/udp']);
  });

  test('cannot be SCTP, but a port that is not published can', () => {
    expect(() => hostPortsOf(spec({ containerPort: 1, hostPort: 1, protocol: 'SCTP' }), 'web')).toThrow('SCTP');
    expect(hostPortsOf(spec({ containerPort: 1, protocol: 'SCTP' }), 'web')).toEqual([]);
  });

  test('cannot be asked for twice by one pod', () => {
    const twice = spec({ containerPort: 80, hostPort: 8080 }, { containerPort: 81, hostPort: 8080 });
    expect(() => hostPortsOf(twice, 'web')).toThrow('8080/tcp is asked for twice');
  });

  test('are at most MAX_HOST_PORTS', () => {
    const containers = Array.from({ length: 5 }, (_, c) => ({
      name: `c${c}`,
      image: 'i',
      ports: Array.from({ length: c === 4 ? 1 : 256 }, (_port, i) => ({ containerPort: 1, hostPort: c * 256 + i + 1 })),
    }));
    const atLimit = podSpecSchema.parse({ containers: containers.slice(0, 4) });
    expect(hostPortsOf(atLimit, 'web')).toHaveLength(MAX_HOST_PORTS);
    expect(() => hostPortsOf(podSpecSchema.parse({ containers }), 'web')).toThrow('are allowed');
  });
});

function workload(name: string, ...ports: number[]): DesiredWorkload {
  const open = ports.map((port) => ({ port, protocol: 'tcp', workload: name }) as const);
  const request = { name, fingerprint: 'f', manifest: {} };
  return {
    intent: 'run',
    name,
    pod: { request, containers: [], ports: open, restartPolicy: 'Always', graceMs: 0 },
  };
}

describe('a port that two workloads ask for', () => {
  test('goes to the first by name, in whatever order they come', () => {
    const workloads = [workload('c', 81), workload('b', 80), workload('a', 80)];
    const settled = settleHostPorts(workloads);
    expect(settled.map(({ name, intent }) => `${name} ${intent}`)).toEqual(['a run', 'b withhold', 'c run']);
    expect(settled[1]?.problem).toBe('host port 80/tcp belongs to workload a of the same device');
    expect(settleHostPorts([...workloads].reverse())).toEqual(settled);
  });

  test('does not keep the others of the loser from anybody', () => {
    const settled = settleHostPorts([workload('a', 80), workload('b', 80, 81), workload('c', 81)]);
    expect(settled.map(({ intent }) => intent)).toEqual(['run', 'withhold', 'run']);
  });
});

test('a device has at most MAX_OPEN_PORTS host ports; who comes after that is withheld', () => {
  const range = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i);
  const full = range(0, 4).map((i) => workload(`w${i}`, ...range(1 + i * MAX_HOST_PORTS, MAX_HOST_PORTS)));
  const settled = settleHostPorts([...full, workload('x', 60_000), workload('y')]);
  expect(settled.filter(({ intent }) => intent === 'run')).toHaveLength(5);
  expect(settled.find(({ name }) => name === 'x')?.problem).toContain(`${MAX_OPEN_PORTS} are allowed`);
});
