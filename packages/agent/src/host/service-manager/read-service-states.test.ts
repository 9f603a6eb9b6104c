import { expect, test } from 'vitest';
import { parseServiceStates } from './read-service-states.ts';

test('services are as systemd says, and those that are not installed are left out', () => {
  const agent = 'Id=k4e-agent.service\nLoadState=loaded\nActiveState=activating\nSubState=auto-restart\n';
  const gateway = 'LoadState=not-found\nId=k4e-gateway.service\nActiveState=inactive\nSubState=dead\n';
  expect(parseServiceStates(`${agent}\n${gateway}`)).toEqual([
    { unit: 'k4e-agent.service', active: 'activating', sub: 'auto-restart' },
  ]);
});

test.each(['', 'no unit files', 'Id=a\nLoadState=loaded\n'])('of %j nothing is taken', (text) => {
  expect(parseServiceStates(text)).toEqual([]);
});
