import http, { type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import https from 'node:https';
import { isIP } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RequestContext } from '@tallystick/kernel';
import { callableUrl, hostOf, RefusedAddress, type AddressRules } from './address.policy.js';
import { callableAddresses, guardedLookup, systemResolve, type Resolve } from './guarded-lookup.js';
import { readAnswer, type OutgoingAnswer } from './outgoing-answer.js';

const REGISTRATION_LOOKUP_MS = 3_000;
/** A kept connection is dropped after this time without a call, in milliseconds; the next one resolves and checks the name again. */
const IDLE_MS = 4_000;
/** How a kept connection fails that was closed while nobody used it. */
const BROKEN = new Set(['ECONNRESET', 'EPIPE']);

/** For whom a call is made. */
type Caller = Pick<RequestContext, 'sandbox'>;

/** One call to an address that a tenant gave. */
export interface OutgoingCall {
  readonly headers: OutgoingHttpHeaders;
  readonly body: string;
  /** From the first packet to the end of the answer, in milliseconds. */
  readonly timeoutMs: number;
}

/**
 * Calls to addresses that tenants give: the only way out for them (SSRF-06). Each connection is checked when it is made, redirects are
 * not followed, proxies of the environment are not used, and answers are read up to a limit.
 */
export class OutgoingHttp {
  constructor(
    private readonly settings: {
      /** Lets sandbox tenants call this machine itself, in clear and on any port; live tenants never. */
      readonly loopbackForSandboxes: boolean;
    },
    private readonly resolve: Resolve = systemResolve,
  ) {}

  /**
   * Checks a URL when it is registered, so that a mistake is told at once. A name that does not resolve at this moment passes: it is
   * checked again at every connection.
   * @throws RefusedAddress with a sentence for the caller
   */
  async assertCallable(caller: Caller, text: string): Promise<URL> {
    const rules = this.rulesFor(caller);
    const url = callableUrl(text, rules);
    const host = hostOf(url);
    if (isIP(host)) return url;
    const timeout = new AbortController();
    const check = callableAddresses(host, rules, this.resolve).catch((error: unknown) => {
      if (error instanceof RefusedAddress) throw error;
    });
    try {
      await Promise.race([check, sleep(REGISTRATION_LOOKUP_MS, undefined, { signal: timeout.signal }).catch(() => undefined)]);
    } finally {
      timeout.abort();
    }
    return url;
  }

  /** Opens a few kept connections for a burst of calls to one address; close it when the burst is over. */
  open(caller: Caller, text: string, connections: number): OutgoingSession {
    const rules = this.rulesFor(caller);
    return new OutgoingSession(callableUrl(text, rules), rules, this.resolve, connections);
  }

  private rulesFor({ sandbox = false }: Caller): AddressRules {
    const { loopbackForSandboxes } = this.settings;
    return { allowLoopback: loopbackForSandboxes && sandbox, loopbackForSandboxes };
  }
}

/** A burst of calls to one URL over at most so many connections at once. */
export class OutgoingSession {
  private readonly agent: http.Agent | https.Agent;

  constructor(
    private readonly url: URL,
    rules: AddressRules,
    resolve: Resolve,
    connections: number,
  ) {
    const options = {
      keepAlive: true,
      maxSockets: connections,
      timeout: IDLE_MS,
      scheduling: 'lifo' as const,
      lookup: guardedLookup(rules, resolve),
    };
    this.agent = url.protocol === 'https:' ? new https.Agent(options) : new http.Agent(options);
  }

  /**
   * Posts and reads the answer. A kept connection that the other side had closed in the meantime is replaced by a new one.
   * @throws RefusedAddress, or the error of the connection; `ETIMEDOUT` when the time is over before the answer's first line
   */
  async post(call: OutgoingCall): Promise<OutgoingAnswer> {
    try {
      return await this.send(call);
    } catch (error) {
      if (!(error as { stale?: boolean }).stale) throw error;
      return this.send(call);
    }
  }

  private send({ headers, body, timeoutMs }: OutgoingCall): Promise<OutgoingAnswer> {
    return new Promise((resolve, reject) => {
      const { request } = this.url.protocol === 'https:' ? https : http;
      const bytes = Buffer.from(body);
      let answer: IncomingMessage | undefined;
      const call = request(this.url, {
        method: 'POST',
        agent: this.agent,
        headers: { ...headers, 'content-length': bytes.length },
        maxHeaderSize: 16_384,
      });
      const deadline = setTimeout(() => (answer ? answer.destroy() : call.destroy(timedOut())), timeoutMs);
      call.on('error', (error: NodeJS.ErrnoException) => {
        clearTimeout(deadline);
        if (!answer) reject(Object.assign(error, { stale: call.reusedSocket && BROKEN.has(error.code ?? '') }));
      });
      call.once('response', (response: IncomingMessage) => {
        answer = response;
        void readAnswer(response).then((read) => (clearTimeout(deadline), resolve(read)));
      });
      call.end(bytes);
    });
  }

  /** Ends the kept connections. */
  close(): void {
    this.agent.destroy();
  }
}

const timedOut = (): NodeJS.ErrnoException => Object.assign(new Error('the call took too long'), { code: 'ETIMEDOUT' });
