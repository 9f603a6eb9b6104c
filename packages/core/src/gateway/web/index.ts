/** Servers that messages name: which may be called, and how. */
export { hasScheme, readAllowedUrl } from './allowed-hosts.ts';
export { createWebClient } from './web-client.ts';
export type { WebAnswer, WebClient, WebRequest } from './web-client.ts';
export type { HostRules } from './allowed-hosts.ts';
