/** The cookies of a `Cookie` header; of a name that is there twice, the first. Values are taken as they are: ours need no decoding. */
export function readCookies(header: string | undefined): ReadonlyMap<string, string> {
  const cookies = new Map<string, string>();
  for (const pair of header?.split(';') ?? []) {
    const at = pair.indexOf('=');
    const name = pair.slice(0, at).trim();
    if (name !== '' && at > 0 && !cookies.has(name)) cookies.set(name, pair.slice(at + 1).trim());
  }
  return cookies;
}

/** What varies among our cookies. */
export interface CookieOptions {
  /** Seconds; left out, until the browser closes. 0 takes it back. */
  readonly maxAge?: number;
  /** Whether scripts are kept from reading it; they are unless told otherwise. */
  readonly httpOnly?: boolean;
}

/** The text of a `Set-Cookie` header: for the whole host and no other, over TLS, and from our own pages alone (AUT-08). */
export const cookieText = (name: string, value: string, { maxAge, httpOnly = true }: CookieOptions = {}): string =>
  [
    `${name}=${value}`,
    'Path=/',
    ...(maxAge === undefined ? [] : [`Max-Age=${maxAge}`]),
    ...(httpOnly ? ['HttpOnly'] : []),
    'Secure',
    'SameSite=Strict',
  ].join('; ');
