#!/usr/lib/k4e/node
/** Runs on a device, at each boot, before the agent: `k4e-device-setup configuration`, then `k4e-device-setup data`. */
import { createConsoleReport } from './console-report.ts';
import { readConfiguration, setUpConfiguration } from './set-up-configuration.ts';
import { setUpData } from './set-up-data.ts';

const report = createConsoleReport();

const STEPS = {
  configuration: () => setUpConfiguration(report),
  data: async () => setUpData((await readConfiguration()).disk ?? 'auto', report),
} as const;

const [word = ''] = process.argv.slice(2);
const step = Object.entries(STEPS).find(([name]) => name === word)?.[1];
if (step === undefined) {
  process.stderr.write(`k4e-device-setup: say ${Object.keys(STEPS).join(' or ')}\n`);
  process.exitCode = 2;
} else {
  await step().catch(async (error: unknown) => {
    const text = error instanceof Error ? error.message : String(error);
    await report.problem(`the ${word} of this device failed, and is tried again: ${text}`);
    process.exitCode = 1;
  });
}
