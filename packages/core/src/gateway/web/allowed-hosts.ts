/** Whether a text is a URL: it begins with a scheme (RFC 3986). */
export function hasScheme(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:/i.test(text);
}

/**
 * Reads a URL that a message brought, if its host is among `allowed`; else says why it is not obeyed. `allowed` has hosts,
 * which stand for the scheme's own port, and `host:port`; nothing else is ever called. Only http and https, without user
 * and password.
 */
export function readAllowedUrl(text: string, allowed: readonly string[]): URL | { readonly objection: string } {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) return { objection: 'it is no URL' };
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return { objection: 'only http and https are spoken' };
  if (url.username !== '' || url.password !== '') return { objection: 'it has a user or password in it' };
  const isAllowed = allowed.some((host) => host.toLowerCase() === url.host);
  return isAllowed ? url : { objection: `the host ${url.host.slice(0, MAX_HOST_WORDS)} is not allowed` };
}

/** Longest host that is told, in characters. */
const MAX_HOST_WORDS = 255;
