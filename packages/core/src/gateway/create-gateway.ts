import { GatewayRunner } from './gateway-runner.ts';
import type { Gateway, GatewayParts } from './gateway.ts';

/** Creates a gateway. Nothing happens before `run`. */
export function createGateway(parts: GatewayParts): Gateway {
  const runner = new GatewayRunner(parts);
  return { run: (options) => runner.run(options), leave: () => runner.leave() };
}
