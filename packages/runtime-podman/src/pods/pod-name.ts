const POD_NAME_PATTERN = /^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/;

/** Whether a pod of ours can have that name: a DNS subdomain of at most 63 characters. */
export function isPodName(name: string): boolean {
  return POD_NAME_PATTERN.test(name);
}
