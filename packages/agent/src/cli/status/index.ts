/**
 * `k4e-agent status`: how the agent of this device fares, from the file that it keeps. A program of its own in all but name: it
 * loads no agent, and works where none runs.
 */
export { showStatus } from './show-status.ts';
export type { StatusProgram, Terminal } from './show-status.ts';
