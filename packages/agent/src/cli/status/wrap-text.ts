const CUT = '...';

/** A text as one line of at most `columns` characters; what is missing shows. Pure. */
export function cutLine(text: string, columns: number): string {
  if (text.length <= columns) return text;
  return columns <= CUT.length ? text.slice(0, columns) : `${text.slice(0, columns - CUT.length)}${CUT}`;
}

/** A text in at most `maxLines` lines of `columns` characters, broken between words where that can be; what is missing shows. Pure. */
export function wrapText(text: string, columns: number, maxLines: number): readonly string[] {
  const lines: string[] = [];
  let rest = text.trim();
  while (rest !== '' && lines.length < maxLines) {
    if (lines.length === maxLines - 1) {
      lines.push(cutLine(rest, columns));
      break;
    }
    const breakAt = rest.length <= columns ? rest.length : breakBefore(rest, columns);
    lines.push(rest.slice(0, breakAt).trimEnd());
    rest = rest.slice(breakAt).trimStart();
  }
  return lines;
}

/** A word that takes more than half a line is broken itself: it would leave the line empty. */
function breakBefore(text: string, columns: number): number {
  const space = text.lastIndexOf(' ', columns);
  return space > columns / 2 ? space : columns;
}
