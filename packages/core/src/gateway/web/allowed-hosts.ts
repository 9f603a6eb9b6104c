/** Whether a text is a URL: it begins with a scheme (RFC 3986). */
export function hasScheme(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:/i.test(text);
}

/** Which hosts are called. */
export interface HostRules {
  /** Hosts, which stand for the scheme's own port, and `host:port`. */
  readonly allowedHosts: readonly string[];
  /** Takes the place of every host, and is allowed. */
  readonly dataHost?: string | undefined;
}

/**
 * Reads a URL that a message brought, if its host is allowed; else says why it is not obeyed: nothing else is ever called.
 * Only http and https, without user and password.
 */
export function readAllowedUrl(
  text: string,
  { allowedHosts, dataHost }: HostRules,
): URL | { readonly objection: string } {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) return { objection: 'it is no URL' };
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return { objection: 'only http and https are spoken' };
  if (url.username !== '' || url.password !== '') return { objection: 'it has a user or password in it' };
  if (dataHost !== undefined) return withHost(url, dataHost);
  const isAllowed = allowedHosts.some((host) => host.toLowerCase() === url.host);
  return isAllowed ? url : { objection: `the host ${url.host.slice(0, MAX_HOST_WORDS)} is not allowed` };
}

/** What ends a host in a URL, or is taken out of one unseen. */
const NOT_IN_A_HOST = /[\s/\\?#@]/;

function withHost(url: URL, host: string): URL | { readonly objection: string } {
  const origin = `${url.protocol}//${host}`;
  if (NOT_IN_A_HOST.test(host) || !URL.canParse(origin)) return { objection: 'the host for data is none' };
  return new URL(`${origin}${url.pathname}${url.search}`);
}

/** Longest host that is told, in characters. */
const MAX_HOST_WORDS = 255;
