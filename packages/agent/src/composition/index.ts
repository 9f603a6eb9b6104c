/** How an agent is put together: the wiring, and nothing else. */
export { compose } from './compose.ts';
export type { AgentOptions, OptionalAgentOptions, RequiredAgentOptions } from './agent-options.ts';
export type { AgentAdapters, AgentTransport } from './agent-parts.ts';
export type { GatewayHost, GatewayHostOptions } from './gateway-host.ts';
