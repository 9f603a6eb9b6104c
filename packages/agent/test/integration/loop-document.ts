const SHORTEST_BYTES = 1_000;
const LENGTHS = 50;

/** The document that write number `count` of the loop writes: its number, repeated, of a length that varies. */
export function loopDocument(count: number): Uint8Array {
  const text = `${count};`;
  return new TextEncoder().encode(text.repeat(Math.ceil(((count % LENGTHS) + 1) * (SHORTEST_BYTES / text.length))));
}
