/**
 * Server-side apply, pure: a resource, who owns which of its fields, and what one owner says now, give the resource
 * afterwards. Follows Kubernetes, field for field; an integration test compares the two on random input.
 */
export { applyFields } from './apply-fields.ts';
export type { ApplyInput, ApplyResult, FieldConflict, FieldOwner } from './apply-fields.ts';
export { pathText } from './field-tree.ts';
export type { FieldTree } from './field-tree.ts';
export { fieldsOf } from './fields-of.ts';
export { shapeOf } from './shape.ts';
export type { ListIdentity, Shape } from './shape.ts';
