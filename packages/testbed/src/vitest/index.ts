/** What only test files need: suites that say which real parts they run against. */
export { describeWithPart } from './describe-with-part.ts';
