/** What a message may hold that nobody is to see: who logs in at a URL, and with what. */
const USER_OF_URL = /(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@]*@/gi;
/** Characters that do something rather than show something: control, direction, halves of pairs. */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]+/gu;

/** A text from anywhere as one line that can be shown: nothing in it moves a cursor, and nobody's password is in it. Pure. */
export function plainText(text: string, maxLength: number): string {
  // A bound before the work, and one after: what is taken out makes it shorter.
  const line = text
    .slice(0, 4 * maxLength)
    .replace(UNPRINTABLE, ' ')
    .replace(USER_OF_URL, '$1')
    .replace(/ {2,}/g, ' ')
    .trim();
  return line.length <= maxLength ? line : `${line.slice(0, maxLength - 3).toWellFormed()}...`;
}
