import type { DeviceLink, Logger } from '@k4e/core/ports';
import { isBehindBroker } from '../config/index.ts';
import type { AgentConfig } from '../config/index.ts';

/** What a program is told of the way to the control plane. Nothing: it is HTTP, which needs no more than the URL. */
export interface GivenTransport {
  readonly transport?: DeviceLink;
}

/** Runs with the way to the control plane that the scheme of its URL asks for, and leaves a broker when that is over. */
export async function withTransport<Outcome>(
  { controlPlane: { url, mqtt }, deviceId }: AgentConfig,
  logger: Logger,
  run: (given: GivenTransport) => Promise<Outcome>,
): Promise<Outcome> {
  if (!isBehindBroker(url)) return run({});
  // Who speaks HTTP never loads it.
  const { openMqttTransport } = await import('../composition/mqtt-transport.ts');
  const transport = await openMqttTransport({ ...mqtt, url, deviceId, logger });
  try {
    return await run({ transport });
  } finally {
    await transport.close();
  }
}
