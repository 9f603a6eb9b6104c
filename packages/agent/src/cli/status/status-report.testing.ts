import type { StatusReport } from './status-report.ts';

/** A report of an agent that runs two of three workloads. */
export const RUNNING: Extract<StatusReport, { readonly isRunning: true }> = {
  isRunning: true,
  time: '2026-01-01T12:00:00.000Z',
  deviceId: 'edge-1',
  agent: { version: '1.2.3', pid: 7, startTime: '1', bootId: 'b' },
  controlPlane: { url: 'http://k4e.example:8888', state: 'connected', since: '2026-01-01T11:00:00.000Z' },
  addresses: [
    { interface: 'eth0', address: '192.0.2.7' },
    { interface: 'eth0', address: '2001:db8::7' },
  ],
  configuration: { version: 'c09f12aa70b64e5d' },
  workloads: {
    ...{ wanted: 3, running: 2 },
    list: [
      { name: 'api', phase: 'Running', isWanted: true },
      { name: 'db', phase: 'Error', isWanted: true, reason: 'pulling db:1: no such image' },
      { name: 'web', phase: 'Running', isWanted: true },
    ],
  },
  troubles: [],
  lastError: { message: 'workload db: pulling db:1: no such image', since: '2026-01-01T11:30:00.000Z' },
};

/** A report of a device that nobody has configured. */
export const ABSENT: Exclude<StatusReport, { readonly isRunning: true }> = {
  isRunning: false,
  cause: 'not-configured',
  headline: 'not configured',
  advice: ['Say where the operator is: controlPlane.url in /etc/k4e/agent.yaml.', 'Then: systemctl restart k4e-agent'],
  deviceId: 'edge-1',
  controlPlane: { url: undefined },
  addresses: RUNNING.addresses,
};
