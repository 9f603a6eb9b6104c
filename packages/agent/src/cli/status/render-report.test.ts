import { describe, expect, test } from 'vitest';
import { renderScreen, renderText } from './render-report.ts';
import { ABSENT, RUNNING } from './status-report.testing.ts';

const SMALL = { columns: 40, rows: 15 };
const USUAL = { columns: 80, rows: 24 };
const TEXT = 'an error €\u001b[2J that goes on and on '.repeat(100);

describe('a small screen', () => {
  test('of a device that fares well enough', () => {
    expect(renderScreen(RUNNING, SMALL)).toEqual([
      'k4e edge-1',
      '='.repeat(40),
      'CONTROL PLANE: REACHED',
      'http://k4e.example:8888',
      'since 2026-01-01 11:00 UTC',
      'ADDRESS: 192.0.2.7 2001:db8::7',
      'WORKLOADS: 2 OF 3 RUNNING',
      ' db: Error: pulling db:1: no such image',
      ' api: Running',
      ' web: Running',
      'LAST ERROR: 2026-01-01 11:30 UTC:',
      'workload db: pulling db:1: no such image',
    ]);
  });

  test('of one without a control plane says why, and where the device is', () => {
    const { controlPlane } = RUNNING;
    const lost = { ...controlPlane, state: 'waiting', cause: 'connect ECONNREFUSED 192.0.2.1:8888' } as const;
    const lines = renderScreen({ ...RUNNING, controlPlane: lost }, SMALL);
    expect(lines.slice(2, 7)).toEqual([
      'CONTROL PLANE: NOT REACHED',
      'http://k4e.example:8888',
      'since 2026-01-01 11:00 UTC',
      'connect ECONNREFUSED 192.0.2.1:8888',
      'ADDRESS: 192.0.2.7 2001:db8::7',
    ]);
  });

  test('of one that nobody has configured says what to do', () => {
    expect(renderScreen(ABSENT, SMALL)).toEqual([
      'k4e edge-1',
      '='.repeat(40),
      'AGENT: NOT CONFIGURED',
      'Say where the operator is:',
      'controlPlane.url in /etc/k4e/agent.yaml.',
      'Then: systemctl restart k4e-agent',
      'ADDRESS: 192.0.2.7 2001:db8::7',
    ]);
  });
});

describe.each([SMALL, USUAL, { columns: 40, rows: 8 }, { columns: 20, rows: 3 }])('in $columns by $rows', (size) => {
  const many = Array.from({ length: 256 }, (_none, index) => ({
    ...{ name: `workload-${index}`, phase: 'Running', isWanted: true },
    ...(index === 255 ? { reason: TEXT } : {}),
  }));
  const worst = {
    ...RUNNING,
    deviceId: 'x'.repeat(63),
    controlPlane: { ...RUNNING.controlPlane, url: `http://${'x'.repeat(1_000)}`, state: 'waiting', cause: TEXT },
    addresses: Array.from({ length: 16 }, () => ({ interface: 'eth0', address: '2001:db8:1111:2222:3333::7' })),
    workloads: { wanted: 256, running: 255, list: many },
    troubles: (['runtime', 'firewall', 'uploads'] as const).map((part) => ({ part, message: TEXT })),
    lastError: { message: TEXT, since: '2026-01-01T11:30:00.000Z' },
  } as const;
  const reports = { running: worst, absent: { ...ABSENT, ...worst, isRunning: false, advice: [TEXT, TEXT, TEXT] } };

  test.each(Object.entries(reports))('everything at its worst fits: %s', (_name, report) => {
    const lines = renderScreen(report, size);
    expect(lines.length).toBeLessThanOrEqual(size.rows);
    expect(lines.map((line) => line.length).filter((length) => length > size.columns)).toEqual([]);
    expect(lines.join('')).toMatch(/^[\u0020-\u007e]*$/);
  });

  test('the least that there can be to say is said', () => {
    const least = { ...RUNNING, addresses: [], workloads: { wanted: 0, running: 0, list: [] } };
    const { lastError: _none, ...silent } = least;
    expect(renderScreen(silent, USUAL)).toContain('ADDRESS: none');
    expect(renderScreen(silent, USUAL)).toContain('WORKLOADS: 0 OF 0 RUNNING');
  });
});

test('workloads that there is no room for are counted, those that are amiss come first', () => {
  const list = Array.from({ length: 256 }, (_none, index) => ({
    ...{ name: `w${index}`, phase: index === 200 ? 'Error' : 'Running', isWanted: true },
  }));
  const { lastError: _none, ...report } = { ...RUNNING, workloads: { wanted: 256, running: 255, list } };
  const lines = renderScreen(report, SMALL);
  expect(lines.slice(6)).toEqual([
    'WORKLOADS: 255 OF 256 RUNNING',
    ' w200: Error',
    ...[0, 1, 2, 3, 4, 5].map((index) => ` w${index}: Running`),
    ' and 249 more',
  ]);
});

test('workloads keep two lines, whatever else there is to say', () => {
  const troubles = [
    { part: 'runtime', message: TEXT },
    { part: 'firewall', message: TEXT },
  ];
  const controlPlane = { ...RUNNING.controlPlane, state: 'waiting', cause: TEXT } as const;
  const lines = renderScreen({ ...RUNNING, troubles, controlPlane }, SMALL);
  expect(lines).toContain('WORKLOADS: 2 OF 3 RUNNING');
  expect(lines).toContain(' and 3 more');
});

describe('a terminal', () => {
  test('has everything', () => {
    expect(renderText(RUNNING)).toEqual([
      'device          edge-1',
      'control plane   reached, since 2026-01-01 11:00 UTC, http://k4e.example:8888',
      'addresses       192.0.2.7 (eth0), 2001:db8::7 (eth0)',
      'configuration   c09f12aa70b64e5d',
      'workloads       2 of 3 running',
      '  api: Running',
      '  db: Error: pulling db:1: no such image',
      '  web: Running',
      'last error      2026-01-01 11:30 UTC: workload db: pulling db:1: no such image',
      'agent           1.2.3, process 7; this is of 2026-01-01T12:00:00.000Z',
    ]);
  });

  test('has what is to be done where no agent runs', () => {
    expect(renderText(ABSENT)).toEqual([
      'device          edge-1',
      'agent           not configured',
      '                Say where the operator is: controlPlane.url in /etc/k4e/agent.yaml.',
      '                Then: systemctl restart k4e-agent',
      'addresses       192.0.2.7 (eth0), 2001:db8::7 (eth0)',
    ]);
  });

  test('has what is wrong with the device, and workloads that go', () => {
    const list = [{ name: 'old', phase: 'Running', isWanted: false }];
    const troubles = [{ part: 'firewall', message: 'nft: not found' }];
    const lines = renderText({ ...RUNNING, troubles, workloads: { wanted: 0, running: 0, list } });
    expect(lines).toContain('  old: Running, is being removed');
    expect(lines).toContain('problem         firewall: nft: not found');
  });
});
