/**
 * The bit that our table sets in the connection mark of everything that is addressed to a declared port, before any
 * translation. A ruleset of the host's own that drops by default lets the declared ports pass with one rule in its input
 * chain and one in its forward chain; see `acceptByMark`. Bit 28: no other program known to us uses it.
 */
export const DECLARED_PORT_MARK = 0x1000_0000;

/** The match and verdict, in nft's words, that accept by a mark. */
export function acceptByMark(mark: number): string {
  const hex = `0x${mark.toString(16)}`;
  return `ct mark and ${hex} == ${hex} accept`;
}
