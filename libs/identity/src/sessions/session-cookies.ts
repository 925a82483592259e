import { randomBytes, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, Keyring, type Config } from '@tallystick/platform';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CsrfFailed } from '../identity.errors.js';
import { cookieText, readCookies, type CookieOptions } from './cookie-text.policy.js';
import { newSessionSecret, SESSION_SECRET_FORM } from './session-secret.policy.js';

/** Names the session of a page. The prefix makes browsers take it from us alone, over TLS, for the whole host (AUT-08). */
export const SESSION_COOKIE = '__Host-sid';
/** Names the visit of a page before anybody has signed in, so that a token against forged requests has something to belong to. */
const VISIT_COOKIE = '__Host-visit';
/** The mark of a device on which somebody signed in before. */
const DEVICE_COOKIE = '__Host-device';
/** The token against forged requests, which the page's own script reads and sends back as a header. */
export const CSRF_COOKIE = 'csrftoken';
export const CSRF_HEADER = 'x-csrftoken';

/** Seconds for which a device stays known. */
const DEVICE_SECONDS = 180 * 86_400;
const NONCE_BYTES = 18;
const CSRF_FORM = /^([A-Za-z0-9_-]{24})\.([A-Za-z0-9_-]{43})$/;

/**
 * The cookies of pages, and what keeps other sites from using them. The token against forged requests is sealed together with the session's
 * or the visit's own cookie, which no script can read: nobody makes or borrows one.
 */
@Injectable()
export class SessionCookies {
  private readonly ownHost: string;

  constructor(
    private readonly keyring: Keyring,
    @Inject(CONFIG) { publicUrl }: Config,
  ) {
    this.ownHost = new URL(publicUrl).host;
  }

  /** What the session's cookie holds, whether or not the session is alive. */
  sessionOf = (request: FastifyRequest): string | undefined => secretIn(cookiesOf(request).get(SESSION_COOKIE));

  /** The mark of the device that the request comes from. */
  deviceOf = (request: FastifyRequest): string | undefined => cookiesOf(request).get(DEVICE_COOKIE);

  /** Gives a page its token, and a visit to belong to unless it has a session. */
  greet(request: FastifyRequest, reply: FastifyReply): string {
    const known = this.belonging(request);
    const secret = known ?? `${VISIT_COOKIE}=${this.beginVisit(reply)}`;
    return this.giveToken(reply, secret);
  }

  /** Gives a page its session: another cookie than before, and another token (AUT-08). */
  open(reply: FastifyReply, secret: string): void {
    put(reply, SESSION_COOKIE, secret);
    put(reply, VISIT_COOKIE, '', { maxAge: 0 });
    this.giveToken(reply, `${SESSION_COOKIE}=${secret}`);
  }

  /** Takes the session and its token back from a page. */
  close(reply: FastifyReply): void {
    put(reply, SESSION_COOKIE, '', { maxAge: 0 });
    put(reply, CSRF_COOKIE, '', { maxAge: 0, httpOnly: false });
  }

  rememberDevice(reply: FastifyReply, mark: string): void {
    put(reply, DEVICE_COOKIE, mark, { maxAge: DEVICE_SECONDS });
  }

  /** Throws `csrf_failed` unless the request comes from a page of this host that holds the token of its own session or visit (AUT-10). */
  refuseForged(request: FastifyRequest): void {
    const belonging = this.belonging(request);
    const token = request.headers[CSRF_HEADER];
    if (belonging === undefined || typeof token !== 'string' || !this.isToken(token, belonging) || !this.isOwnPage(request)) {
      throw CsrfFailed.with();
    }
  }

  /** What a token belongs to: the session before the visit. */
  private belonging(request: FastifyRequest): string | undefined {
    const cookies = cookiesOf(request);
    const name = [SESSION_COOKIE, VISIT_COOKIE].find((one) => secretIn(cookies.get(one)) !== undefined);
    return name && `${name}=${cookies.get(name)}`;
  }

  private beginVisit(reply: FastifyReply): string {
    const visit = newSessionSecret();
    put(reply, VISIT_COOKIE, visit);
    return visit;
  }

  private giveToken(reply: FastifyReply, belonging: string): string {
    const nonce = randomBytes(NONCE_BYTES).toString('base64url');
    const token = `${nonce}.${this.seal(nonce, belonging)}`;
    put(reply, CSRF_COOKIE, token, { httpOnly: false });
    return token;
  }

  private isToken(token: string, belonging: string): boolean {
    const [, nonce, sealed] = CSRF_FORM.exec(token) ?? [];
    return nonce !== undefined && timingSafeEqual(Buffer.from(this.seal(nonce, belonging)), Buffer.from(sealed!));
  }

  /** As text, so that one spelling alone is right: the last of its 43 characters carries two bits that decoding would drop. */
  private readonly seal = (nonce: string, belonging: string): string =>
    this.keyring.hmac('csrf', `${nonce}/${belonging}`).toString('base64url');

  /** Browsers say where a request comes from; who says nothing is no browser, and holds the token. */
  private isOwnPage({ headers, host }: FastifyRequest): boolean {
    const site = headers['sec-fetch-site'];
    if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
    const { origin } = headers;
    if (origin === undefined) return true;
    return URL.canParse(origin) && [host, this.ownHost].includes(new URL(origin).host);
  }
}

const cookiesOf = ({ headers }: FastifyRequest): ReadonlyMap<string, string> => readCookies(headers.cookie);

const secretIn = (value: string | undefined): string | undefined => (value && SESSION_SECRET_FORM.test(value) ? value : undefined);

const put = (reply: FastifyReply, name: string, value: string, options?: CookieOptions): void =>
  void reply.header('set-cookie', cookieText(name, value, options));
