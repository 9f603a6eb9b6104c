import { describe, expect, test } from 'vitest';
import { MAX_WORKLOADS } from '../../protocol/index.ts';
import { checkConfiguration, readConfiguration } from './read-configuration.ts';
import type { ReadConfiguration } from './read-configuration.ts';

const place = { deviceId: 'device-1', exportPathOf: (workload: string) => `/volumes/${workload}` };
const specification = (image = 'web:1', port = 80): string =>
  `containers:\n  - {name: main, image: "${image}", ports: [{containerPort: 80, hostPort: ${port}}]}\n`;
const workload = (name: string, text = specification()) => ({ name, specification: text });

function read(content: object, lastGood?: ReadConfiguration): ReadConfiguration {
  return readConfiguration(checkConfiguration(content, place.deviceId), place, lastGood?.good);
}

const intents = ({ workloads }: ReadConfiguration): string[] =>
  workloads.map(({ name, intent, problem }) => `${name} ${intent}${problem === undefined ? '' : `: ${problem}`}`);

describe('a configuration is refused whole', () => {
  test.each<[string, unknown, string]>([
    ['that is no object', 'text', 'configuration'],
    ['that is nothing', undefined, 'configuration'],
    ['whose workloads are no list', { workloads: 'none' }, 'workloads'],
    ['with a workload without a specification', { workloads: [{ name: 'web' }] }, 'workloads.0.specification'],
    ['for another device', { device_id: 'device-2' }, 'device-2'],
    [
      'with two workloads of one name',
      { workloads: [workload('web'), workload('web')] },
      'two workloads are called web',
    ],
    [
      'with too many workloads',
      { workloads: Array.from({ length: MAX_WORKLOADS + 1 }, (_, i) => workload(`w${i}`)) },
      'workloads',
    ],
    ['with a period that is no number', { configuration: { heartbeat: { period_seconds: 'soon' } } }, 'period_seconds'],
  ])('%s', (_what, content, text) => {
    expect(() => checkConfiguration(content, 'device-1')).toThrow(text);
    expect(() => checkConfiguration(content, 'device-1')).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
  });

  test.each(['Web', 'a b', '../etc', 'a/b', '.', '-a', 'a..b', 'x'.repeat(64)])('with a workload called %j', (name) => {
    expect(() => checkConfiguration({ workloads: [workload(name)] }, 'device-1')).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT' }),
    );
  });
});

test.each(['web', 'web.v2', '1', 'x'.repeat(63)])('a workload may be called %j', (name) => {
  expect(read({ workloads: [workload(name)] }).workloads).toHaveLength(1);
});

test('what peers leave out or send as null reads as nothing', () => {
  for (const content of [{}, { workloads: null, configuration: null, device_id: null, version: null }]) {
    expect(read(content)).toMatchObject({ version: '', workloads: [] });
  }
  expect(read({ device_id: 'device-1', future: { field: 1 } }).workloads).toEqual([]);
});

test('as many workloads as are allowed', () => {
  const many = Array.from({ length: MAX_WORKLOADS }, (_, i) => workload(`w${i}`, specification('web:1', 1_000 + i)));
  expect(read({ workloads: many }).workloads).toHaveLength(MAX_WORKLOADS);
});

describe('a workload that cannot run as it is written', () => {
  const bad = workload('bad', 'containers: [');

  test('is its own problem', () => {
    const [first, second] = intents(read({ workloads: [bad, workload('good')] }));
    expect(first).toMatch(/^bad leave: bad: specification is not YAML: \S+ in line 1$/);
    expect(second).toBe('good run');
  });

  test('runs as it last could, whose ports it keeps', () => {
    const first = read({ workloads: [workload('web')] });
    const second = read({ workloads: [workload('web', 'nonsense')] }, first);
    const third = read({ workloads: [workload('web', 'more nonsense')] }, second);
    for (const { workloads } of [second, third]) {
      expect(workloads[0]).toMatchObject({ intent: 'run', problem: expect.stringContaining('web: ') as unknown });
      expect(workloads[0]?.intent === 'run' && workloads[0].pod).toEqual(
        first.workloads[0]?.intent === 'run' && first.workloads[0].pod,
      );
    }
  });

  test('does not come back from before it was withdrawn', () => {
    const first = read({ workloads: [workload('web')] });
    const second = read({}, first);
    expect(intents(read({ workloads: [workload('web', 'nonsense')] }, second))[0]).toContain('web leave');
  });
});

test('two workloads that ask for one host port: the first by name runs', () => {
  const content = { workloads: [workload('b'), workload('a')] };
  expect(intents(read(content))).toEqual([
    'a run',
    'b withhold: host port 80/tcp belongs to workload a of the same device',
  ]);
});

test('registry credentials go with the pod, and new ones replace nothing', () => {
  const of = (authFile: string) => {
    const [first] = read({ workloads: [{ ...workload('web'), imageRegistries: { authFile } }] }).workloads;
    return first?.intent === 'run' ? first.pod.request : undefined;
  };
  expect(of('secret')).toMatchObject({ registryAuth: 'secret' });
  expect(of('')).not.toHaveProperty('registryAuth');
  expect(of('other')?.fingerprint).toBe(of('secret')?.fingerprint);
});

describe('a digest', () => {
  const content = {
    device_id: 'device-1',
    version: '1',
    workloads: [workload('a'), workload('b', specification('b:1', 81))],
  };
  const digest = read(content).digest;

  test('is the same whatever the version and the order of workloads', () => {
    expect(read({ ...content, version: '2', workloads: [...content.workloads].reverse() }).digest).toBe(digest);
  });

  test.each([
    ['settings', { ...content, configuration: { heartbeat: { period_seconds: 7 } } }],
    ['workloads', { ...content, workloads: content.workloads.slice(1) }],
    [
      'a specification',
      { ...content, workloads: [workload('a', specification('a:2')), ...content.workloads.slice(1)] },
    ],
  ])('is another for other %s', (_what, other) => {
    expect(read(other).digest).not.toBe(digest);
  });
});
