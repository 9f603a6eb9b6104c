/**
 * `@k4e/core`: the words that all of k4e shares. The concepts have entry points of their own: `/protocol`,
 * `/resources`, `/ports`, `/reconcile`, `/link`, `/control-plane`, `/device`, `/gateway`, `/testing`.
 */
export * from './foundation/index.ts';
