import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { EdgeDevice } from '../../resources/index.ts';
import { sampleDevice, sampleEntry } from '../edge-device/samples.testing.ts';
import { classifyWorkload } from '../edge-device/workload-phase.ts';
import { createDeploymentTally } from './deployment-tally.ts';

const entry = fc.record({
  name: fc.constantFrom('web', 'db'),
  phase: fc.constantFrom('Deploying', 'Running', 'Error'),
  withdrawn: fc.boolean(),
});
const change = fc.record({
  device: fc.constantFrom('dev-1', 'dev-2', 'dev-3'),
  entries: fc.option(fc.uniqueArray(entry, { selector: ({ name }) => name }), { nil: undefined }),
});

test('counting change by change gives what counting all devices anew gives', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 30 }), (changes) => {
      const tally = createDeploymentTally();
      const fleet = new Map<string, EdgeDevice>();
      for (const { device: name, entries } of changes) {
        const deployments = entries?.map((each) =>
          sampleEntry(each.name, { phase: each.phase, ...(each.withdrawn ? { withdrawnTime: 'then' } : {}) }),
        );
        const current = deployments === undefined ? undefined : sampleDevice({ deployments }, { name });
        tally.update(fleet.get(name), current);
        if (current === undefined) fleet.delete(name);
        else fleet.set(name, current);
      }
      for (const deployment of ['web', 'db']) {
        const counted = [...fleet.values()]
          .flatMap(({ status }) => status?.deployments ?? [])
          .filter(({ name, withdrawnTime }) => name === deployment && withdrawnTime === undefined)
          .map(classifyWorkload);
        const { matched, running, failed, failures } = tally.of(`default/${deployment}`);
        expect({ matched, running, failed, named: failures.size }).toEqual({
          matched: counted.length,
          running: counted.filter((each) => each === 'running').length,
          failed: counted.filter((each) => each === 'failed').length,
          named: counted.filter((each) => each === 'failed').length,
        });
      }
    }),
  );
});
