import { expect, test } from 'vitest';
import { explainAbsence } from './explain-absence.ts';

const FACTS = {
  problem: undefined,
  configFile: '/etc/k4e/agent.yaml',
  controlPlaneUrl: 'http://k4e.example:8888',
  isLetGo: false,
  services: [],
};
const service = (active: string, sub: string, name = 'k4e-agent') => ({ unit: `${name}.service`, active, sub });

test.each([
  [{}, 'stopped', 'systemctl start k4e-agent'],
  [{ services: [service('inactive', 'dead')] }, 'stopped', 'systemctl start k4e-agent'],
  [{ services: [service('failed', 'failed')] }, 'failed', 'journalctl -u k4e-agent'],
  [{ services: [service('activating', 'auto-restart')] }, 'failed', 'It is started again.'],
  [{ services: [service('inactive', 'dead'), service('failed', 'failed', 'k4e-gateway')] }, 'failed', '-u k4e-gateway'],
  [{ isLetGo: true, services: [service('inactive', 'dead')] }, 'let-go', '--recommission'],
  [{ controlPlaneUrl: undefined }, 'not-configured', 'controlPlane.url in /etc/k4e/agent.yaml'],
  [
    { problem: 'statedir: no such\nsetting', services: [service('failed', 'failed')] },
    'misconfigured',
    'no such setting',
  ],
] as const)('%j: %s', (change, cause, words) => {
  const absence = explainAbsence({ ...FACTS, ...change });
  expect(absence.cause).toBe(cause);
  expect(absence.advice.join(' ')).toContain(words);
});

test.each([service('active', 'running'), service('activating', 'start')])(
  'a service that %j is about to say how it fares',
  (running) => {
    expect(explainAbsence({ ...FACTS, controlPlaneUrl: undefined, services: [running] }).cause).toBe('starting');
  },
);
