import type { OpenPort } from '@k4e/core/ports';

/** `count` ports from `firstPort` on, of alternating protocols, for workloads with three ports each. */
export function manyPorts(count: number, firstPort: number): readonly OpenPort[] {
  return Array.from({ length: count }, (_, index) => ({
    port: firstPort + index,
    protocol: index % 2 === 0 ? 'tcp' : 'udp',
    workload: `workload-${Math.floor(index / 3)}`,
  }));
}
