import { createServer, type AddressInfo } from 'node:net';
import { Controller, Get, Ip, Module, Post, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { newId, requestContext } from '@tallystick/kernel';
import type { FastifyRequest } from 'fastify';
import pg from 'pg';
import { parseList } from 'structured-headers';
import { createTestDatabase, type TestDatabase } from '../../../../../test/support/database.js';
import { testGround, type TestGround } from '../../../../../test/support/http-app.js';
import { Endpoint } from '../contract/endpoint.js';
import { createHttpApp, type HttpApp } from '../http-app.js';

/** Stands for the guard of identity: `x-caller: tenant/person`. */
@Injectable()
class CallerGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const [tenantId, id] = String(request.headers['x-caller'] ?? '').split('/');
    if (tenantId && id) request.tallyContext = requestContext({ tenantId, actor: { type: 'user', id }, requestId: request.id });
    return true;
  }
}

@Controller('api/v1/trials')
class TrialsController {
  @Get()
  @Endpoint({ operationId: 'trials_list', summary: 'List', public: true })
  list(@Ip() ip: string) {
    return ip;
  }

  @Post('sign-in')
  @Endpoint({ operationId: 'trials_sign_in', summary: 'Sign in', public: true, limit: 'sign_in' })
  signIn() {
    return true;
  }

  @Post('token')
  @Endpoint({
    operationId: 'trials_token',
    summary: 'Token',
    public: true,
    limit: 'token',
    errorBody: ({ definition }) => ({ error: definition.code }),
  })
  token() {
    return true;
  }

  @Post('invite')
  @Endpoint({ operationId: 'trials_invite', summary: 'Invite', public: true, limit: 'invitation' })
  invite() {
    return true;
  }

  @Get('free')
  @Endpoint({ operationId: 'trials_free', summary: 'Free', public: true, limit: 'none' })
  free() {
    return true;
  }
}

@Module({ controllers: [TrialsController], providers: [{ provide: APP_GUARD, useClass: CallerGuard }] })
class TrialModule {}

let database: TestDatabase;
const open: HttpApp[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((app) => app.nest.close()));
  const owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  await owner.query('delete from rate_limit');
  await owner.end();
});
afterAll(() => database.close());

async function start(environment: Record<string, string>): Promise<HttpApp & { ground: TestGround }> {
  const ground = testGround({ databaseUrl: database.appUrl, environment: { REDIS_URL: process.env.REDIS_URL ?? '', ...environment } });
  const app = await createHttpApp(TrialModule, ground);
  open.push(app);
  return { ...app, ground };
}

interface Sent {
  readonly path?: string;
  readonly method?: 'GET' | 'POST';
  readonly caller?: string;
  readonly headers?: Record<string, string>;
  readonly remoteAddress?: string;
}
const send = ({ nest }: HttpApp, { path = '', method = 'GET', caller, headers, remoteAddress = address() }: Sent = {}) =>
  nest.inject({
    method,
    url: `/api/v1/trials${path}`,
    headers: { ...(caller && { 'x-caller': caller }), ...headers },
    remoteAddress,
  });
const someone = (): string => `${newId()}/${newId()}`;
/** A new one each time: windows outlive a test. */
const address = (): string => `198.18.${Math.floor(Math.random() * 256)}.${Math.floor(Math.random() * 256)}`;
const statuses = (answers: readonly { statusCode: number }[]): Record<number, number> => {
  const counts: Record<number, number> = {};
  for (const { statusCode } of answers) counts[statusCode] = (counts[statusCode] ?? 0) + 1;
  return counts;
};

describe('rate limits', () => {
  it.each([
    ['client', { caller: someone() }, 60],
    ['address', { remoteAddress: address() }, 30],
    ['sign_in', { path: '/sign-in', method: 'POST', remoteAddress: address() }, 5],
    ['token', { path: '/token', method: 'POST', remoteAddress: address() }, 10],
    ['invitation', { path: '/invite', method: 'POST', caller: someone() }, 3],
  ] as const)('let exactly the limit of %s pass, of a burst over two processes (RTL-01, RTL-05)', async (name, sent, limit) => {
    const environment = { [`RATE_LIMIT_${name.toUpperCase()}`]: `${limit}/60` };
    const both = await Promise.all([start(environment), start(environment)]);
    const answers = await Promise.all(Array.from({ length: limit + 20 }, (_, i) => send(both[i % 2]!, sent)));

    expect(statuses(answers)).toEqual({ 200: limit, 429: 20 });
    for (const refused of answers.filter(({ statusCode }) => statusCode === 429)) {
      expect(Number(refused.headers['retry-after'])).toBeGreaterThanOrEqual(1);
      expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(60);
      expect(refused.json()).toMatchObject(name === 'token' ? { error: 'throttled' } : { code: 'throttled', success: false, data: null });
    }
  });

  it('are told in structured fields with every answer, falling to 0 and no further (RTL-02)', async () => {
    const app = await start({ RATE_LIMIT_ADDRESS: '50/60', RATE_LIMIT_CLIENT: '7/30' });
    const [caller, remoteAddress] = [someone(), address()];
    const left: number[] = [];
    for (let i = 0; i < 10; i++) {
      const { headers, statusCode } = await send(app, { caller, remoteAddress });
      expect(statusCode).toBe(i < 7 ? 200 : 429);
      const policies = parseList(String(headers['ratelimit-policy']));
      expect(policies.map(([name, parameters]) => [name, parameters.get('q'), parameters.get('w')])).toEqual([
        ['address', 50, 60],
        ['client', 7, 30],
      ]);
      const limits = parseList(String(headers['ratelimit']));
      expect(limits.map(([name]) => name)).toEqual(['address', 'client']);
      expect(limits[0]![1].get('r')).toBe(49 - i);
      const [, parameters] = limits[1]!;
      left.push(parameters.get('r') as number);
      expect(parameters.get('t')).toBeGreaterThan(0);
      expect(parameters.get('t')).toBeLessThanOrEqual(30);
    }
    expect(left).toEqual([6, 5, 4, 3, 2, 1, 0, 0, 0, 0]);
  });

  it("leave other people, other tenants and other addresses alone; the same person's id in another tenant is another (RTL-03)", async () => {
    const app = await start({ RATE_LIMIT_CLIENT: '2/60', RATE_LIMIT_SIGN_IN: '2/60' });
    const [tenant, other, person] = [newId(), newId(), newId()];
    for (const status of [200, 200, 429]) expect((await send(app, { caller: `${tenant}/${person}` })).statusCode).toBe(status);
    expect((await send(app, { caller: `${other}/${person}` })).statusCode).toBe(200);
    expect((await send(app, { caller: `${tenant}/${newId()}` })).statusCode).toBe(200);
    const signIn = (remoteAddress: string) => send(app, { path: '/sign-in', method: 'POST', remoteAddress });
    const [here, there] = ['2001:db8:1:1::1', '2001:db8:1:2::1'];
    for (const status of [200, 200, 429]) expect((await signIn(here)).statusCode).toBe(status);
    expect((await signIn('2001:db8:1:1:ffff::9')).statusCode).toBe(429);
    expect((await signIn(there)).statusCode).toBe(200);
  });

  it('survive a restart, and end with their window', async () => {
    const remoteAddress = address();
    const signIn = (app: HttpApp) => send(app, { path: '/sign-in', method: 'POST', remoteAddress });
    const before = await start({ RATE_LIMIT_SIGN_IN: '2/2' });
    expect([await signIn(before), await signIn(before)].map(({ statusCode }) => statusCode)).toEqual([200, 200]);
    const after = await start({ RATE_LIMIT_SIGN_IN: '2/2' });
    expect((await signIn(after)).statusCode).toBe(429);
    await new Promise((resolve) => setTimeout(resolve, 2_100));
    expect((await signIn(after)).statusCode).toBe(200);
  });

  it('hold no health check and nothing else that is free of them', async () => {
    const app = await start({ RATE_LIMIT_ADDRESS: '1/60' });
    const remoteAddress = address();
    expect(statuses([await send(app, { remoteAddress }), await send(app, { remoteAddress })])).toEqual({ 200: 1, 429: 1 });
    for (let i = 0; i < 3; i++) {
      const free = await send(app, { path: '/free', remoteAddress });
      expect([free.statusCode, free.headers['ratelimit']]).toEqual([200, undefined]);
    }
    const unknown = await send(app, { path: '/nowhere', remoteAddress });
    expect(unknown).toMatchObject({ statusCode: 429 });
  });
});

describe('the address that counts (RTL-04)', () => {
  const asked = async (app: HttpApp, remoteAddress: string, forwarded: string) =>
    (await send(app, { remoteAddress, headers: { 'x-forwarded-for': forwarded } })).json<{ data: string }>().data;

  it('is what a configured proxy says, the right-most that is no proxy; from others a header changes nothing', async () => {
    const [plain, proxied] = [await start({}), await start({ TRUSTED_PROXIES: '10.0.0.0/8' })];
    expect(await asked(plain, '10.0.0.1', '1.2.3.4')).toBe('10.0.0.1');
    expect(await asked(plain, '::ffff:203.0.113.5', '1.2.3.4')).toBe('203.0.113.5');
    expect(await asked(proxied, '203.0.113.5', '1.2.3.4')).toBe('203.0.113.5');
    expect(await asked(proxied, '10.0.0.1', '1.2.3.4, 198.51.100.7, 10.3.3.3')).toBe('198.51.100.7');
    expect(await asked(proxied, '::ffff:10.0.0.1', '::ffff:198.51.100.7')).toBe('198.51.100.7');
  });

  it('keeps a liar at their own limit, and callers behind a proxy apart', async () => {
    const app = await start({ TRUSTED_PROXIES: '10.0.0.1', RATE_LIMIT_SIGN_IN: '1/60' });
    const signIn = (remoteAddress: string, forwarded: string) =>
      send(app, { path: '/sign-in', method: 'POST', remoteAddress, headers: { 'x-forwarded-for': forwarded } });
    const liar = address();
    expect((await signIn(liar, address())).statusCode).toBe(200);
    expect((await signIn(liar, address())).statusCode).toBe(429);
    const [one, other] = [address(), address()];
    expect((await signIn('10.0.0.1', one)).statusCode).toBe(200);
    expect((await signIn('10.0.0.1', `${address()}, ${one}`)).statusCode).toBe(429);
    expect((await signIn('10.0.0.1', other)).statusCode).toBe(200);
  });
});

describe('without the store of the counts (RTL-06)', () => {
  const figure = async ({ ground }: { ground: TestGround }, limit: string): Promise<number> =>
    Number(
      new RegExp(`rate_limit_store_failures_total\\{limit="${limit}",[^}]*\\} (\\d+)`).exec(await ground.metrics.registry.metrics())?.[1] ??
        0,
    );

  it('everything goes on but what a limit of its own protects, which is closed; no 500, a figure that rises, one line in the log', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => closed.once('listening', resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const away: Record<string, string>[] = [
      { DATABASE_URL: `postgres://x@127.0.0.1:${port}/x`, REDIS_URL: '' },
      { REDIS_URL: `redis://127.0.0.1:${port}` },
    ];
    for (const environment of away) {
      const app = await start(environment);
      const began = Date.now();
      const [read, again, signIn, invite] = [
        await send(app, { caller: someone() }),
        await send(app),
        await send(app, { path: '/sign-in', method: 'POST' }),
        await send(app, { path: '/invite', method: 'POST', caller: someone() }),
      ];
      expect([read, again, signIn, invite].map(({ statusCode }) => statusCode)).toEqual([200, 200, 503, 503]);
      expect(signIn.json()).toMatchObject({ code: 'service_unavailable' });
      expect(signIn.headers['retry-after']).toBe('1');
      expect(Date.now() - began).toBeLessThan(3_000);
      expect([await figure(app, 'client'), await figure(app, 'sign_in')]).toEqual([2, 1]);
      expect(app.ground.log.filter(({ msg }) => msg === 'the rate limits cannot be counted').length).toBeLessThanOrEqual(2);
    }
  });
});
