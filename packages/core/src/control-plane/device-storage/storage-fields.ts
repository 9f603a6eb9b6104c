import { jsonEqual } from '../../foundation/index.ts';
import { nextCondition } from '../../resources/index.ts';
import type { Condition, ConditionUpdate, EdgeDevice, EdgeDeviceStatus, StorageStatus } from '../../resources/index.ts';
import type { StorageFailure } from './storage-failure.ts';

/** Type of the condition that says whether a device has the bucket that it should have. */
export const STORAGE_CONDITION = 'StorageReady';
/** Finalizer of an EdgeDevice until its bucket is released and our Secret of it is gone. */
export const STORAGE_FINALIZER = 'management.k4e.io/storage';

/** What a look at the bucket of a device came to. */
export type StorageOutcome =
  /** No bucket is wanted, and none is needed. */
  | { readonly kind: 'unwanted' }
  /** None is wanted, but its workloads have files to upload. */
  | { readonly kind: 'needed' }
  | { readonly kind: 'granted'; readonly storage: StorageStatus; readonly dataObc?: string | undefined }
  /** The agent cannot take this access, and gets none. */
  | { readonly kind: 'refused'; readonly storage: StorageStatus; readonly missing: readonly string[] }
  | {
      readonly kind: 'failed';
      readonly failure: StorageFailure;
      /** What stays of the access that was granted before; without `version` the device has none. */
      readonly storage: StorageStatus;
      readonly dataObc?: string | undefined;
    };

/** The storage controller's part of a device's status. */
export interface StorageFields {
  readonly storage?: StorageStatus;
  readonly dataObc?: string;
  readonly conditions?: readonly [Condition];
}

const NO_BUCKET =
  'workloads of this device have files to upload (data.paths), and it has no bucket: say in spec.storage.s3 where its bucket is from, or set storage.default of the operator';

function isValidAt({ version, expiresTime }: StorageStatus, nowMs: number): boolean {
  return version !== undefined && (expiresTime === undefined || Date.parse(expiresTime) > nowMs);
}

function describeFailure({ failure, storage }: Extract<StorageOutcome, { kind: 'failed' }>, nowMs: number) {
  const { reason, message, needsSomebody } = failure;
  const goesOn = isValidAt(storage, nowMs) ? '; the device goes on with what it was given before' : '';
  return !needsSomebody && goesOn !== ''
    ? ({ status: 'True', reason: 'RenewalFails', message: `${message}${goesOn}` } as const)
    : ({ status: 'False', reason, message: `${message}${goesOn}` } as const);
}

function describe(outcome: StorageOutcome, nowMs: number): Omit<ConditionUpdate, 'type'> | undefined {
  switch (outcome.kind) {
    case 'unwanted':
      return undefined;
    case 'needed':
      return { status: 'False', reason: 'NoBucket', message: NO_BUCKET };
    case 'granted':
      return {
        status: 'True',
        reason: 'BucketReady',
        message: `files go to the bucket ${outcome.storage.bucket ?? ''}`,
      };
    case 'refused': {
      const message = `the agent cannot take this access and was given none; it lacks ${outcome.missing.join(', ')}: update the agent`;
      return { status: 'False', reason: 'AgentTooOld', message };
    }
    case 'failed':
      return describeFailure(outcome, nowMs);
  }
}

/** What an outcome makes of the status. Pure; the transition time moves only when the condition's status changes. */
export function storageFields(device: EdgeDevice, outcome: StorageOutcome, nowMs: number): StorageFields {
  const update = describe(outcome, nowMs);
  const { generation } = device.metadata;
  const observed = generation === undefined ? {} : { observedGeneration: generation };
  const known = storageCondition(device.status);
  const { storage, dataObc } = { storage: undefined, dataObc: undefined, ...outcome };
  return {
    ...(storage === undefined ? {} : { storage }),
    ...(dataObc === undefined ? {} : { dataObc }),
    ...(update === undefined
      ? {}
      : { conditions: [nextCondition(known, { type: STORAGE_CONDITION, ...update, ...observed }, nowMs)] as const }),
  };
}

/** The condition as it stands. */
export function storageCondition(status: EdgeDeviceStatus | undefined): Condition | undefined {
  return status?.conditions?.find(({ type }) => type === STORAGE_CONDITION);
}

/** Whether the status says all of this already, and no more. */
export function saysStorage(status: EdgeDeviceStatus | undefined, fields: StorageFields): boolean {
  const condition = storageCondition(status);
  const { storage, dataObc } = status ?? {};
  const current = { storage, dataObc, conditions: condition === undefined ? undefined : [condition] };
  return jsonEqual(current, fields);
}
