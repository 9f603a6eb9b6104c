/** What a write comes to, decided purely from the resource as it is, the request, the time and the next version. */
export { withVersion } from './change.ts';
export type { Change, Stored, Target, WriteContext } from './change.ts';
export { planApply } from './plan-apply.ts';
export type { ApplyRequest } from './plan-apply.ts';
export { CREATE_OWNER, planCreate } from './plan-create.ts';
export { planDelete } from './plan-delete.ts';
