import { connect, type AddressInfo } from 'node:net';
import { Body, Controller, Get, Module, Param, Post } from '@nestjs/common';
import { Endpoint } from '../http/contract/endpoint.js';
import { Email, Text } from '../http/contract/fields.js';
import { createHttpApp, type HttpApp } from '../http/http-app.js';
import { testGround, type TestGround } from '../../../../test/support/http-app.js';
import { describeError } from './logger.js';

class SignUpDto {
  @Email() email: string;
  @Text() password: string;
}

@Controller('api/v1/watched')
class WatchedController {
  @Get('fault/now')
  @Endpoint({ operationId: 'watched_fault', summary: 'Fault', public: true })
  fault() {
    throw Object.assign(new Error('Key (email)=(asha@example.com) already exists'), {
      detail: 'asha@example.com',
      parameters: ['hunter2'],
    });
  }

  @Get(':name')
  @Endpoint({ operationId: 'watched_get', summary: 'Get', public: true })
  get(@Param('name') name: string) {
    return { name };
  }

  @Post()
  @Endpoint({ operationId: 'watched_create', summary: 'Create', public: true })
  create(@Body() body: SignUpDto) {
    return { length: body.email.length };
  }
}

@Module({ controllers: [WatchedController] })
class WatchedModule {}

let ground: TestGround;
let app: HttpApp;
beforeAll(async () => {
  ground = testGround();
  app = await createHttpApp(WatchedModule, ground);
  await app.nest.listen(0, '127.0.0.1');
});
afterAll(() => app.nest.close());
beforeEach(() => (ground.log.length = 0));

const requests = () => ground.log.filter(({ message }) => message === 'request');
const get = (url: string) => app.nest.inject({ method: 'GET', url });

describe('the access log', () => {
  it('has one line for each request, with the template of its route (OBS-02)', async () => {
    const urls = ['/api/v1/watched/asha', '/api/v1/watched/ravi', '/nowhere/asha', '/api/v1/watched/%zz', '/api/v1/watched/fault/now'];
    for (const url of urls) await get(url);
    expect(requests().map(({ route, status }) => [route, status])).toEqual([
      ['/api/v1/watched/:name', 200],
      ['/api/v1/watched/:name', 200],
      [null, 404],
      [null, 400],
      ['/api/v1/watched/fault/now', 500],
    ]);
    expect(requests()[0]).toEqual({
      level: 'info',
      app: 'public-api',
      time: expect.any(String),
      message: 'request',
      request_id: expect.any(String),
      method: 'GET',
      route: '/api/v1/watched/:name',
      status: 200,
      duration_ms: expect.any(Number),
      tenant: null,
      client: null,
    });
  });

  it('counts what the HTTP parser refused', async () => {
    await new Promise((resolve) =>
      connect((app.nest.getHttpServer().address() as AddressInfo).port, '127.0.0.1')
        .resume()
        .on('close', resolve)
        .end('NONSENSE\r\n\r\n'),
    );
    expect(requests()).toMatchObject([{ status: 400, route: null, code: 'parse_error' }]);
  });

  it('names a fault with its stack and the request id, and keeps personal data out (OBS-01, OBS-03)', async () => {
    const answer = await get('/api/v1/watched/fault/now');
    const fault = ground.log.find(({ level }) => level === 'error');
    expect(fault).toMatchObject({
      request_id: answer.json<{ request_id: string }>().request_id,
      err: { stack: expect.stringContaining('fault') },
    });
    expect(JSON.stringify(ground.log)).not.toMatch(/asha@|hunter2/);
  });

  it('never shows what was sent', async () => {
    const payload = { email: 'asha@example.com', password: 'correct horse battery' };
    await app.nest.inject({
      method: 'POST',
      url: '/api/v1/watched',
      payload,
      headers: { authorization: 'Bearer s3cr3t', cookie: 'sid=s3cr3t' },
    });
    ground.logger.info({ password: 'a s3cr3t', body: { client_secret: 'a s3cr3t', nested: { token: 'a s3cr3t' } } }, 'careless');
    expect(JSON.stringify(ground.log)).not.toMatch(/asha@|battery|s3cr3t/);
    expect(JSON.stringify(describeError(new Error('invalid input syntax for type uuid: "asha@example.com"')))).not.toContain('asha');
  });
});

describe('the figures (OBS-04)', () => {
  it('have as many series after ten thousand members as after one', async () => {
    await get('/api/v1/watched/first');
    await get('/nowhere/first');
    const series = async () =>
      (await ground.metrics.registry.metrics()).split('\n').filter((line) => line.startsWith('http_request')).length;
    const before = await series();
    for (let member = 0; member < 2_000; member++) ground.metrics.observeRequest('GET', '/api/v1/watched/:name', 200, 0.01);
    for (let member = 0; member < 20; member++) await get(`/api/v1/watched/member-${member}`);
    await app.nest.inject({ method: 'TRACE' as 'GET', url: '/nowhere/x' });
    await app.nest.inject({ method: 'TRACE' as 'GET', url: '/nowhere/y' });
    const after = await series();
    for (let odd = 0; odd < 20; odd++) await get(`/nowhere/${odd}`);
    expect(await series()).toBe(after);
    expect(after - before).toBeLessThanOrEqual(14);
    expect(await ground.metrics.registry.metrics()).toMatch(/nodejs_eventloop_lag_seconds/);
  });
});
