import type { ApplyOptions } from '@k4e/core/ports';

/** A write to one of a few EdgeDevices, as it can be given to any store. */
export type RandomWrite =
  | {
      readonly call: 'create' | 'apply';
      readonly name: string;
      readonly content: object;
      readonly options: ApplyOptions;
    }
  | { readonly call: 'delete'; readonly name: string };

type Random = () => number;

const OWNERS = ['ann', 'bob', 'cy'];
const NAMES = ['d-1', 'd-2', 'd-3'];

function oneOf<T>(random: Random, values: readonly T[]): T {
  return values[Math.floor(random() * values.length)] as T;
}

function some<T>(random: Random, values: readonly T[], share = 0.5): readonly T[] {
  return values.filter(() => random() < share).sort(() => random() - 0.5);
}

/** A member in a share of the cases, else nothing. Empty ones are left out: what Kubernetes makes of them is another matter, and not asked for. */
function maybe(random: Random, share: number, member: () => Readonly<Record<string, unknown>>): object {
  if (random() >= share) return {};
  const isEmpty = (value: unknown): boolean =>
    typeof value === 'object' && value !== null && Object.keys(value).length === 0;
  return Object.fromEntries(Object.entries(member()).filter(([, value]) => !isEmpty(value)));
}

function texts(random: Random, keys: readonly string[]): Record<string, string> {
  return Object.fromEntries(some(random, keys).map((key) => [key, oneOf(random, ['1', '2'])]));
}

function metadata(random: Random): object {
  return {
    ...maybe(random, 0.6, () => ({ labels: texts(random, ['a', 'b', 'c']) })),
    ...maybe(random, 0.3, () => ({ annotations: texts(random, ['k4e.io/x', 'k4e.io/y']) })),
    ...maybe(random, 0.3, () => ({ finalizers: some(random, ['k4e.io/f', 'k4e.io/g', 'k4e.io/h']) })),
  };
}

function spec(random: Random): object {
  const profile = () => ({
    ...maybe(random, 0.5, () => ({ include: random() < 0.5 })),
    ...maybe(random, 0.3, () => ({ scope: oneOf(random, ['full', 'delta']) })),
  });
  const heartbeat = () => ({
    ...maybe(random, 0.6, () => ({ periodSeconds: oneOf(random, [5, 6]) })),
    ...maybe(random, 0.4, () => ({ hardwareProfile: profile() })),
  });
  return {
    ...maybe(random, 0.5, () => ({ osImageId: oneOf(random, ['a', 'b', '']) })),
    ...maybe(random, 0.5, () => ({ heartbeat: heartbeat() })),
    ...maybe(random, 0.3, () => ({ pollIntervalSeconds: oneOf(random, [1, 2]) })),
  };
}

function deployment(random: Random, name: string): object {
  return {
    name,
    ...maybe(random, 0.6, () => ({ phase: oneOf(random, ['Running', 'Error']) })),
    ...maybe(random, 0.4, () => ({ message: oneOf(random, ['m', 'n']) })),
    ...maybe(random, 0.3, () => ({ assignedTime: '2026-01-01T00:00:00Z' })),
  };
}

function hardware(random: Random): object {
  return {
    ...maybe(random, 0.5, () => ({ hostname: oneOf(random, ['h', 'i']) })),
    ...maybe(random, 0.3, () => ({ cpu: { count: 2, flags: some(random, ['x', 'y']) } })),
    ...maybe(random, 0.3, () => ({ disks: some(random, ['sda', 'sdb']).map((name) => ({ name })) })),
  };
}

function status(random: Random): object {
  return {
    ...maybe(random, 0.5, () => ({ phase: oneOf(random, ['up', 'degraded']) })),
    ...maybe(random, 0.6, () => ({
      deployments: some(random, ['a', 'b', 'c']).map((name) => deployment(random, name)),
    })),
    ...maybe(random, 0.3, () => ({ hardware: hardware(random) })),
  };
}

/** The next write. */
export function randomWrite(random: Random): RandomWrite {
  const name = oneOf(random, NAMES);
  const dice = random();
  const options = { owner: oneOf(random, OWNERS), force: random() < 0.3 };
  const content = { metadata: metadata(random), ...maybe(random, 0.8, () => ({ spec: spec(random) })) };
  if (dice < 0.04) return { call: 'delete', name };
  if (dice < 0.1) return { call: 'create', name, content, options };
  if (dice < 0.55) return { call: 'apply', name, content, options };
  const statusContent = maybe(random, 0.9, () => ({ status: status(random) }));
  return { call: 'apply', name, content: statusContent, options: { ...options, subresource: 'status' } };
}
