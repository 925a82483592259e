import { fastify } from 'fastify';
import { ContractWatch } from '../support/contract-watch.js';

/** An app that answers what it is told to, under watch. */
const tryAnswer = async (path: string, status: number, type: string, body: string): Promise<() => void> => {
  const instance = fastify();
  const contract = new ContractWatch('worker');
  contract.watch(instance);
  instance.get(path, (_, reply) => reply.code(status).type(type).send(body));
  await instance.inject({ method: 'GET', url: path });
  return () => contract.finish();
};
const envelope = (changes: object): string =>
  JSON.stringify({
    success: true,
    status_code: 200,
    request_id: 'request-0001',
    response_id: '0f0e7a52-6d0c-4a54-8d0c-5d1f6f1a9b11',
    message: 'Success',
    code: 'success',
    data: { status: 'ok' },
    meta: {},
    ...changes,
  });

describe('what holds every answer against the contract', () => {
  it.each([
    [
      'a field that the contract does not have',
      '/api/v1/health',
      200,
      'application/json',
      envelope({ data: { status: 'ok', secret: 1 } }),
      /secret/,
    ],
    ['a value of another type', '/api/v1/health', 200, 'application/json', envelope({ data: { status: 7 } }), /data\/status/],
    ['a field that is missing', '/api/v1/health', 200, 'application/json', envelope({ meta: undefined }), /meta/],
    ['a status that the contract does not have', '/api/v1/health', 201, 'application/json', envelope({}), /201/],
    ['another content type', '/api/v1/health', 200, 'text/html', envelope({}), /text\/html/],
    [
      'a code that the operation does not declare',
      '/api/v1/health',
      503,
      'application/json',
      envelope({ success: false, code: 'duplicate' }),
      /code/,
    ],
    ['a route that the contract does not have', '/api/v1/shadow', 200, 'application/json', envelope({}), /shadow is not there/],
  ])('finds %s', async (_, path, status, type, body, reason) => {
    expect(await tryAnswer(path, status, type, body)).toThrow(reason);
  });
});
