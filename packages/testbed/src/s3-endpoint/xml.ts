const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** An element with text in it. */
export function element(name: string, text: string | number | boolean): string {
  return `<${name}>${String(text).replace(/[&<>"]/g, (character) => ESCAPES[character] ?? '')}</${name}>`;
}

/** An element with elements in it. */
export function group(name: string, children: readonly string[]): string {
  return `<${name}>${children.join('')}</${name}>`;
}

/** A whole answer (wire: the namespace of S3). */
export function xmlDocument(root: string, children: readonly string[]): string {
  const body = `<${root} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${children.join('')}</${root}>`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n${body}`;
}

/** The texts of all elements of a name, in a document of elements without attributes: enough for what S3 clients send. */
export function textsOf(name: string, document: string): readonly string[] {
  return [...document.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map((match) =>
    unescapeText(match[1] ?? ''),
  );
}

function unescapeText(text: string): string {
  const characters = new Map(Object.entries(ESCAPES).map(([character, entity]) => [entity, character]));
  return text
    .replace(/&(amp|lt|gt|quot);/g, (entity) => characters.get(entity) ?? entity)
    .replace(/&#(x?)([0-9a-fA-F]+);/g, (_all, hex: string, digits: string) =>
      String.fromCodePoint(parseInt(digits, hex === '' ? 10 : 16)),
    );
}
