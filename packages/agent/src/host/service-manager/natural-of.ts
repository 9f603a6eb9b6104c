/** A number that an environment gives, such as a descriptor; `undefined` for what is none. */
export function naturalOf(text = ''): number | undefined {
  return /^[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined;
}
