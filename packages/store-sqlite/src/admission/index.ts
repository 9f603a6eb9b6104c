/** What every resource has to keep, whatever its kind: names, labels, sizes; and the selectors that read labels. */
export { ANNOTATIONS_MAX_LENGTH, NAME_MAX_LENGTH, checkMetadata } from './metadata.ts';
export { SELECTOR_MAX_TERMS, parseLabelSelector } from './label-selector.ts';
export type { LabelPredicate } from './label-selector.ts';
