import { CookieJar } from 'tough-cookie';
import type { TestApp } from './http-app.js';
import type { Said } from './public-api.js';

const SITE = 'https://bank.example';

/** A page in a browser: keeps cookies as browsers do, and sends no other credential. */
export class Page {
  readonly jar = new CookieJar();

  constructor(private readonly app: Pick<TestApp, 'nest'>) {}

  /** The value of a cookie that the page holds. */
  cookie(name: string): string | undefined {
    return this.jar.getCookiesSync(SITE).find(({ key }) => key === name)?.value;
  }

  /** Calls below `/api/v1`; `token` goes as `X-CSRFToken`. */
  async call<Data = Record<string, unknown>>(
    method: string,
    path: string,
    { token, body, headers = {} }: { token?: string; body?: unknown; headers?: Record<string, string> } = {},
  ): Promise<Said<Data>> {
    const answer = await this.app.nest.inject({
      method: method as 'GET',
      url: `/api/v1${path}`,
      headers: {
        host: 'bank.example',
        cookie: this.jar.getCookieStringSync(SITE),
        ...(token !== undefined && { 'x-csrftoken': token }),
        ...headers,
      },
      ...(body !== undefined && { payload: body as object }),
    });
    for (const text of [answer.headers['set-cookie'] ?? []].flat()) this.jar.setCookieSync(text, SITE);
    const isJson = answer.body !== '';
    return {
      status: answer.statusCode,
      headers: answer.headers as Said['headers'],
      text: answer.body,
      body: isJson ? answer.json() : {},
    } as Said<Data>;
  }

  /** Gets a token from `GET auth/csrf`. */
  async greet(): Promise<string> {
    return (await this.call<{ csrf_token: string }>('GET', '/auth/csrf')).body.data.csrf_token;
  }

  /** Signs in as a page does; answers the token for what follows. */
  async signIn(username: string, password: string, more: object = {}): Promise<string> {
    const answer = await this.call('POST', '/auth/session/login', { token: await this.greet(), body: { username, password, ...more } });
    if (answer.status !== 200) throw new Error(`no session: ${answer.status} ${answer.text}`);
    return this.cookie('csrftoken')!;
  }
}
