import { connect, type AddressInfo } from 'node:net';
import { Body, Controller, Get, Module, Param, Post, Query } from '@nestjs/common';
import { testGround } from '../../../../test/support/http-app.js';
import { Duplicate } from '../platform.errors.js';
import { Endpoint } from './contract/endpoint.js';
import { ListOf, Nested } from './contract/composite-fields.js';
import { Integer, Text } from './contract/fields.js';
import { createHttpApp, type HttpApp } from './http-app.js';
import { IdPipe } from './id.pipe.js';
import { PageQuery, pageOf } from './paging/page.query.js';

class PlaceDto {
  @Text({ max: 5 }) city: string;
}
class ProbeDto {
  @Text({ max: 10 }) name: string;
  @Integer({ min: 1, max: 9, optional: true }) count?: number;
  @Nested(() => PlaceDto, { optional: true }) place?: PlaceDto;
  @ListOf(() => PlaceDto, { max: 2, optional: true }) places?: PlaceDto[];
}

@Controller('api/v1/probes')
class ProbesController {
  @Get()
  @Endpoint({ operationId: 'probes_list', summary: 'List', public: true, data: [ProbeDto], paging: 'page' })
  list(@Query() query: PageQuery) {
    return pageOf([{ name: 'a' }], query, 41);
  }

  @Post()
  @Endpoint({ operationId: 'probes_create', summary: 'Create', public: true, status: 201, data: ProbeDto })
  create(@Body() body: ProbeDto) {
    return body;
  }

  @Get('fault')
  @Endpoint({ operationId: 'probes_fault', summary: 'Fault', public: true })
  fault() {
    throw new Error('a secret of ours at /srv/app.js:1:2');
  }

  @Post('refuse')
  @Endpoint({ operationId: 'probes_refuse', summary: 'Refuse', public: true })
  refuse() {
    throw Duplicate.with({ errors: { reference: ['taken'] } });
  }

  @Post('token')
  @Endpoint({
    operationId: 'probes_token',
    summary: 'Token',
    public: true,
    form: true,
    unenveloped: true,
    errorBody: ({ definition }, status) => ({ error: status === 400 ? 'invalid_request' : definition.code }),
  })
  token(@Body() body: ProbeDto) {
    return { access_token: body.name };
  }

  @Get(':id')
  @Endpoint({ operationId: 'probes_retrieve', summary: 'Get', public: true })
  get(@Param('id', IdPipe) id: string) {
    return { id };
  }
}

@Module({ controllers: [ProbesController] })
class ProbeModule {}

let app: HttpApp;
beforeAll(async () => {
  app = await createHttpApp(ProbeModule, testGround());
  await app.nest.listen(0, '127.0.0.1');
});
afterAll(() => app.nest.close());

const port = (): number => (app.nest.getHttpServer().address() as AddressInfo).port;
const send = async (method: string, path: string, body?: string | object, headers: Record<string, string> = {}) => {
  const given = body === undefined ? {} : { payload: body, headers: { 'content-type': 'application/json' } };
  const answer = await app.nest.inject({ method: method as 'GET', url: path, ...given, headers: { ...given.headers, ...headers } });
  return {
    status: answer.statusCode,
    headers: answer.headers,
    body: answer.json<Record<string, unknown>>(),
    text: answer.body,
  };
};
const raw = (text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(port(), '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
const isEnvelope = (body: Record<string, unknown>, status: number, code: string): void => {
  expect(body).toEqual({
    success: false,
    status_code: status,
    request_id: expect.any(String),
    response_id: expect.any(String),
    message: expect.any(String),
    code,
    errors: expect.any(Object),
    data: null,
  });
};

describe('the envelope (A.1.1)', () => {
  it('wraps what a handler returns, with ids that agree with the headers (OBS-01)', async () => {
    const { status, body, headers } = await send('POST', '/api/v1/probes', { name: 'x' }, { 'x-request-id': 'caller-0001' });
    expect(status).toBe(201);
    expect(body).toEqual({
      success: true,
      status_code: 201,
      request_id: 'caller-0001',
      response_id: headers['x-response-id'],
      message: 'Created',
      code: 'created',
      data: { name: 'x' },
      meta: {},
    });
    expect(headers['x-request-id']).toBe('caller-0001');
    expect(headers['x-response-time']).toMatch(/^\d+\.\dms$/);
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
  });

  it.each(['short', 'with space', 'x'.repeat(65), 'líne-breaks'])('replaces the malformed request id %j', async (given) => {
    const { body } = await send('GET', '/api/v1/probes', undefined, { 'x-request-id': given });
    expect(body.request_id).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('counts pages in meta.pagination (A.1.2)', async () => {
    const { body } = await send('GET', '/api/v1/probes?page=2&page_size=20');
    expect(body.meta).toEqual({ pagination: { page: 2, page_size: 20, total: 41, total_pages: 3, has_next: true, has_previous: true } });
  });
});

describe('errors (ERR-01)', () => {
  it('gives a refusal its status, code and fields', async () => {
    const { status, body } = await send('POST', '/api/v1/probes/refuse');
    expect(status).toBe(409);
    isEnvelope(body, 409, 'duplicate');
    expect(body.errors).toEqual({ reference: ['taken'] });
  });

  it('is neutral about faults of ours (ERR-04)', async () => {
    const { status, body, text } = await send('GET', '/api/v1/probes/fault');
    expect(status).toBe(500);
    isEnvelope(body, 500, 'internal_error');
    expect(text).not.toMatch(/secret|at .+:\d+:\d+/);
  });

  it('knows what a path may do: 404 for none, 405 with Allow (ERR-07)', async () => {
    isEnvelope((await send('GET', '/nowhere')).body, 404, 'not_found');
    const { body, headers } = await send('DELETE', '/api/v1/probes');
    isEnvelope(body, 405, 'method_not_allowed');
    expect(headers.allow).toBe('GET, POST');
    expect((await send('TRACE', '/api/v1/probes')).status).toBe(405);
  });

  it.each([
    ['a type we do not read', 415, 'unsupported_media_type', '<a/>', 'application/xml'],
    ['plain text (AUT-10)', 415, 'unsupported_media_type', '{"name":"x"}', 'text/plain'],
    ['a form where JSON is meant (AUT-10)', 415, 'unsupported_media_type', 'name=x', 'application/x-www-form-urlencoded'],
    ['broken JSON', 400, 'parse_error', '{"name":', 'application/json'],
    ['too large a body (AZN-04)', 413, 'payload_too_large', JSON.stringify({ name: 'x'.repeat(256 * 1024) }), 'application/json'],
    ['poisoned prototypes', 400, 'parse_error', '{"__proto__":{"a":1}}', 'application/json'],
    ['too deep a nest', 400, 'parse_error', '['.repeat(33) + ']'.repeat(33), 'application/json'],
    ['bytes that are not UTF-8', 400, 'parse_error', Buffer.from('7b226e616d65223a22ff227d', 'hex'), 'application/json'],
    ['NUL in text', 400, 'validation_error', '{"name":"\\u0000"}', 'application/json'],
    ['half a surrogate pair', 400, 'validation_error', '{"name":"\\ud800"}', 'application/json'],
    ['a number that a double rounds (LST-04)', 400, 'validation_error', '{"name":"x","count":9007199254740993}', 'application/json'],
    ['an array for an object', 400, 'validation_error', '[1]', 'application/json'],
  ] as const)('refuses %s', async (_, status, code, payload, type) => {
    const answer = await app.nest.inject({ method: 'POST', url: '/api/v1/probes', payload, headers: { 'content-type': type } });
    expect(answer.statusCode).toBe(status);
    isEnvelope(answer.json(), status, code);
  });

  it.each(['/api/v1/probes/%00', '/api/v1/probes/%zz', '/api/v1/probes?search=%ff', '/api/v1/probes?page=%00', '/%c0%af'])(
    'refuses the URL %s',
    async (url) => {
      const { status, body, headers } = await send('GET', url);
      expect(status).toBe(400);
      isEnvelope(body, 400, 'parse_error');
      expect(headers['x-request-id']).toBe(body.request_id);
    },
  );

  it('answers what the HTTP parser refuses, in the envelope', async () => {
    const garbage = await raw('NONSENSE\r\n\r\n');
    expect(garbage).toMatch(/^HTTP\/1\.1 400 /);
    isEnvelope(JSON.parse(garbage.split('\r\n\r\n')[1]!) as Record<string, unknown>, 400, 'parse_error');
    const large = await raw(`GET / HTTP/1.1\r\nHost: x\r\nX-Large: ${'x'.repeat(20_000)}\r\n\r\n`);
    expect(large).toMatch(/^HTTP\/1\.1 431 /);
    isEnvelope(JSON.parse(large.split('\r\n\r\n')[1]!) as Record<string, unknown>, 431, 'headers_too_large');
    const control = await raw('POST /api/v1/probes HTTP/1.1\r\nHost: x\r\nIdempotency-Key: a\x01b\r\n\r\n');
    expect(control).toContain('"errors":{"Idempotency-Key"');
  });

  it('drops a request that never ends (AZN-04)', async () => {
    const started = Date.now();
    const answer = await raw(
      'POST /api/v1/probes HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"na',
    );
    expect(Date.now() - started).toBeLessThan(15_000);
    expect(answer === '' || answer.startsWith('HTTP/1.1 400')).toBe(true);
  });

  it('renders errors its own way where another standard says how', async () => {
    const form = await app.nest.inject({
      method: 'POST',
      url: '/api/v1/probes/token',
      payload: 'name=tok',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect([form.statusCode, form.json()]).toEqual([200, { access_token: 'tok' }]);
    const twice = await app.nest.inject({
      method: 'POST',
      url: '/api/v1/probes/token',
      payload: 'name=a&name=b',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect([twice.statusCode, twice.json()]).toEqual([400, { error: 'invalid_request' }]);
    expect((await send('POST', '/api/v1/probes/token', '{')).body).toEqual({ error: 'invalid_request' });
  });
});

describe('validation (ERR-02)', () => {
  it('tells every violation at once, by path, without the values', async () => {
    const secret = 'sixteen letters!';
    const { status, body, text } = await send('POST', '/api/v1/probes', {
      name: secret,
      count: '3',
      extra: 1,
      place: { city: 'too long' },
      places: [{ city: 'ok' }, { town: 'x' }, 7],
    });
    expect(status).toBe(400);
    isEnvelope(body, 400, 'validation_error');
    expect(body.errors).toEqual({
      name: ['Must be text of 1 to 10 characters.'],
      count: ['Must be a whole number from 1 to 9.'],
      extra: ['This field is not known here.'],
      'place.city': ['Must be text of 1 to 5 characters.'],
      places: ['Must have at most 2 items.'],
      'places.2': ['Each item must be an object.'],
      'places.1.town': ['This field is not known here.'],
      'places.1.city': ['This field is required.'],
    });
    expect(text).not.toContain(secret);
  });

  it.each(['page=0', 'page_size=101', 'page=abc', 'page=-1', 'page=1&page=2', 'pge=1', 'page='])(
    'refuses the query %s (LST-02, LST-07)',
    async (query) => {
      isEnvelope((await send('GET', `/api/v1/probes?${query}`)).body, 400, 'validation_error');
    },
  );

  it('refuses a query or body where none is declared', async () => {
    const query = await send('GET', '/api/v1/probes/fault?x=1');
    expect([query.status, query.body.errors]).toEqual([400, { x: ['This field is not known here.'] }]);
    const body = await send('POST', '/api/v1/probes/refuse', { tenant_id: 1 });
    expect([body.status, body.body.errors]).toEqual([400, { tenant_id: ['This field is not known here.'] }]);
  });

  it('takes no id that is none', async () => {
    isEnvelope((await send('GET', '/api/v1/probes/7')).body, 404, 'not_found');
  });
});

it('does not start with a route that is silent about access (AZN-02)', async () => {
  @Controller('silent')
  class SilentController {
    @Get() get() {}
  }
  @Module({ controllers: [SilentController] })
  class SilentModule {}
  await expect(createHttpApp(SilentModule, testGround())).rejects.toThrow('SilentController.get');
});
