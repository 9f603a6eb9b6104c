/**
 * The closed registry of error codes: what went wrong, in words that an adapter and its caller share.
 * Public: a code is never renamed or given another meaning; new ones are added here and nowhere else.
 */
export const ERROR_CODES = {
  /** The caller gave an `AbortSignal` and it fired. */
  ABORTED: 'the work was cancelled',
  /** A deadline that we set passed. */
  TIMEOUT: 'no answer within the time allowed',
  /** Input from outside does not have the shape that its schema asks for. */
  INVALID_INPUT: 'the input is not valid',
  /** Input from outside is larger than its named limit. */
  TOO_LARGE: 'the input is larger than its limit',
  /** A configuration file or flag is not usable. */
  CONFIG_INVALID: 'the configuration is not valid',
  /** Nothing is wrong, and nobody has said yet what a configuration must say. */
  NOT_CONFIGURED: 'the configuration does not say everything yet',

  /** The addressed resource does not exist. */
  NOT_FOUND: 'the resource does not exist',
  /** A resource of that name exists already. */
  ALREADY_EXISTS: 'the resource exists already',
  /** Somebody else changed the resource since it was read; read again and decide again. */
  CONFLICT: 'the resource was changed by another writer',
  /** The version to watch from is no longer in the history; list again. */
  VERSION_EXPIRED: 'the resource version is too old',
  /** The store refuses this caller. */
  FORBIDDEN: 'not allowed',
  /** The store refuses the content of a resource. */
  RESOURCE_INVALID: 'the resource was refused as invalid',
  /** The store cannot be reached or is overloaded. */
  STORE_UNAVAILABLE: 'the resource store is not available',
  /** The store does not know this kind of resource: its definition is not installed, or not served yet. */
  KIND_NOT_SERVED: 'the resource store does not know this kind of resource',

  /** The container runtime cannot be reached. */
  RUNTIME_UNAVAILABLE: 'the container runtime is not available',
  /** An image is neither on the device nor to be had. */
  RUNTIME_IMAGE_NOT_FOUND: 'the image could not be found or pulled',
  /** A host port that the pod asks for is in use. */
  RUNTIME_PORT_TAKEN: 'a host port is taken',
  /** A pod of that name exists and is not ours. */
  RUNTIME_NAME_TAKEN: 'a pod of that name exists and does not belong to this agent',
  /** What the runtime keeps on the disk is damaged: an image, or what it made of one. */
  RUNTIME_STORAGE_DAMAGED: 'the storage of the container runtime is damaged',
  /** The disk that the runtime keeps pods and images on has no room left. */
  RUNTIME_DISK_FULL: 'the disk of the container runtime is full',
  /** The runtime refused or failed to run the pod. */
  RUNTIME_FAILED: 'the container runtime could not run the pod',

  /** The firewall tool is missing or may not be used. */
  FIREWALL_UNAVAILABLE: 'the firewall is not available',
  /** The firewall refused the ruleset; the one before is still in force. */
  FIREWALL_REFUSED: 'the firewall refused the ruleset',

  /** A state document fails its checksum, or was cut short. */
  STATE_CORRUPT: 'a state document is damaged',
  /** A state document is there and could not be read: no permission, or the disk fails. */
  STATE_UNREADABLE: 'state could not be read',
  /** State could not be written: no space, read-only or no permission. */
  STATE_UNWRITABLE: 'state could not be written',

  /** The control plane cannot be reached. */
  LINK_UNREACHABLE: 'the control plane cannot be reached',
  /** The control plane does not know this device (not registered, or deleted). */
  LINK_UNKNOWN_DEVICE: 'the control plane does not know this device',
  /** The control plane refused the message. */
  LINK_REFUSED: 'the control plane refused the message',
  /** The control plane answered something that is not the protocol. */
  LINK_GARBAGE: 'the control plane answered something that is not the k4e protocol',

  /** A worker cannot be reached, or did not take what was sent within the time allowed. */
  WORKER_UNREACHABLE: 'the worker cannot be reached',

  /** The object store cannot be reached. */
  STORAGE_UNREACHABLE: 'the object store cannot be reached',
  /** The object store does not know the credentials, or they have expired. */
  STORAGE_CREDENTIALS: 'the object store does not accept the credentials',
  /** The clocks of the device and of the object store are too far apart. */
  STORAGE_CLOCK_SKEW: 'the clock differs too much from that of the object store',
  /** The credentials are good, but not for this. */
  STORAGE_REFUSED: 'the object store does not allow it',
  /** The bucket does not exist. */
  STORAGE_NO_BUCKET: 'the bucket does not exist',
  /** The object store, or the bucket's quota, is full. */
  STORAGE_FULL: 'the object store is full',
  /** The object store asks for fewer requests. */
  STORAGE_THROTTLED: 'the object store is overloaded',
  /** The object store failed, or answered something that is not S3. */
  STORAGE_FAILED: 'the object store failed',
  /** A file changed while it was read. */
  UPLOAD_SOURCE_CHANGED: 'the file changed while it was read',
  /** A bucket is being made by somebody else. */
  BUCKET_PENDING: 'the bucket is not ready yet',
  /** A device has no bucket until somebody changes something. */
  BUCKET_UNAVAILABLE: 'there is no bucket for the device',

  /** Something that k4e takes for impossible; a defect. */
  INTERNAL: 'an internal invariant was broken',
} as const;

/** One of the closed set of codes in `ERROR_CODES`. */
export type ErrorCode = keyof typeof ERROR_CODES;
