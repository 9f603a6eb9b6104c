/**
 * Just enough of the protobuf encoding for the messages of package `yggdrasil`, written from its description alone, so that
 * nothing of the code under test is on both ends.
 */

/** A field as it is on the wire: a number for varints, bytes for what has a length. */
export type RawFields = ReadonlyMap<number, readonly (number | Buffer)[]>;

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = BigInt(value);
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest === 0n ? low : low | 0x80);
  } while (rest !== 0n);
  return Buffer.from(bytes);
}

const chunk = (number: number, value: Uint8Array): Buffer =>
  Buffer.concat([varint((number << 3) | 2), varint(value.length), value]);

/** A field, left out when it has proto3's default value. */
export function field(number: number, value: number | boolean | string | Uint8Array | Record<string, string>): Buffer {
  if (typeof value === 'boolean' || typeof value === 'number') {
    const whole = Number(value);
    return whole === 0 ? Buffer.alloc(0) : Buffer.concat([varint(number << 3), varint(whole)]);
  }
  if (typeof value === 'string') return value === '' ? Buffer.alloc(0) : chunk(number, Buffer.from(value));
  if (value instanceof Uint8Array) return value.length === 0 ? Buffer.alloc(0) : chunk(number, value);
  const entries = Object.entries(value).map(([key, text]) =>
    chunk(number, Buffer.concat([field(1, key), field(2, text)])),
  );
  return Buffer.concat(entries);
}

/** Takes a message apart. */
export function readFields(bytes: Buffer): RawFields {
  const fields = new Map<number, (number | Buffer)[]>();
  let at = 0;
  const next = (): number => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined) throw new Error('cut short');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return Number(value);
    }
  };
  while (at < bytes.length) {
    const tag = next();
    const values = fields.get(tag >> 3) ?? [];
    fields.set(tag >> 3, values);
    if ((tag & 7) === 0) values.push(next());
    else if ((tag & 7) === 2) {
      const length = next();
      values.push(bytes.subarray(at, at + length));
      at += length;
    } else throw new Error(`wire type ${tag & 7}`);
  }
  return fields;
}

const last = (fields: RawFields, number: number): number | Buffer | undefined => fields.get(number)?.at(-1);

/** The value of a field, or proto3's default. */
export function readText(fields: RawFields, number: number): string {
  return readBytes(fields, number).toString('utf8');
}

export function readBytes(fields: RawFields, number: number): Buffer {
  const value = last(fields, number);
  return value instanceof Buffer ? value : Buffer.alloc(0);
}

export function readNumber(fields: RawFields, number: number): number {
  const value = last(fields, number);
  return typeof value === 'number' ? value : 0;
}

export function readMap(fields: RawFields, number: number): Record<string, string> {
  const entries = (fields.get(number) ?? []).flatMap((value) => {
    if (typeof value === 'number') return [];
    const entry = readFields(value);
    return [[readText(entry, 1), readText(entry, 2)]];
  });
  return Object.fromEntries(entries) as Record<string, string>;
}
