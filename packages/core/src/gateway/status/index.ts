/** What a gateway says of itself to the control plane. */
export { onlineStatus } from './gateway-status.ts';
export type { CanonicalFacts, GatewayFacts } from './gateway-status.ts';
export { FACTS_LIMIT_MS, STATUS_BACKOFF, STATUS_SPACING_MS, StatusReporter } from './status-reporter.ts';
export type { StatusReporterParts } from './status-reporter.ts';
