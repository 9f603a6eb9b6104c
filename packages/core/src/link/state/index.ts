/** How a link is doing, told to people and to whoever looks for a fault. */
export { MAX_CAUSE_LENGTH, createLinkStateReporter } from './link-state-reporter.ts';
export type { LinkStateReporter } from './link-state-reporter.ts';
