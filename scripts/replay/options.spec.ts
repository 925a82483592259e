import { readOptions, type ReplayOptions } from './options.js';

const demo = { public_api_url: 'http://127.0.0.1:3001/api/v1/', client_id: 'demo', client_secret: 'hidden', currency: 'INR' };
const read = (args: string[], env = {}, from = demo) => readOptions(args, env, from) as ReplayOptions;

describe('options', () => {
  it('come from the running demo when nothing is given', () => {
    expect(read(['log.txt'])).toMatchObject({
      file: 'log.txt',
      apiUrl: 'http://127.0.0.1:3001',
      clientId: 'demo',
      clientSecret: 'hidden',
      currency: 'INR',
      batchSize: 1_000,
      inFlight: 4,
      patienceMs: 600_000,
      restart: false,
      json: false,
    });
  });

  it('prefer the command line to the environment, and that to the demo', () => {
    const env = { TALLYSTICK_CLIENT_ID: 'env', TALLYSTICK_CLIENT_SECRET: 'e' };
    expect(read(['f'], env)).toMatchObject({ clientId: 'env', clientSecret: 'e' });
    expect(read(['f', '--client-id', 'arg', '--client-secret=a', '--currency', 'USD'], env)).toMatchObject({
      clientId: 'arg',
      clientSecret: 'a',
      currency: 'USD',
    });
  });

  it('never send the demo’s secret elsewhere, or with another client', () => {
    expect(() => read(['f', '--api-url', 'https://bank.example'])).toThrow('Give --client-id and --client-secret');
    expect(() => read(['f', '--client-id', 'mine'])).toThrow('Give --client-secret');
    expect(read(['f', '--client-id', 'demo'])).toMatchObject({ clientSecret: 'hidden' });
  });

  it('default to USD and the usual port without a demo', () => {
    expect(readOptions(['f', '--client-id', 'a', '--client-secret', 'b'], {}, {})).toMatchObject({
      apiUrl: 'http://127.0.0.1:3001',
      currency: 'USD',
    });
  });

  it('name columns and delimiters', () => {
    const { columns, delimiter } = read(['f', '--reference-column', 'who', '--original-column', 'of', '--delimiter', 'tab']);
    expect([columns.reference, columns.original, columns.amount, delimiter]).toEqual(['who', 'of', undefined, '\t']);
  });

  it.each([
    [[], 'Name the purchase log'],
    [['a', 'b'], 'One file at a time: what is "b"?'],
    [['f', '--nonsense'], "Unknown option '--nonsense'; --help lists the options."],
    [['f', '--api-url', 'ftp://x'], '--api-url must be a web address'],
    [['f', '--batch-size', '5001'], '--batch-size must be a number from 1 to 5000'],
    [['f', '--in-flight', '0'], '--in-flight must be a number'],
    [['f', '--patience', 'long'], '--patience must be a number'],
    [['f', '--delimiter', '::'], '--delimiter must be one character or comma'],
    [['f', '--currency', 'dollars'], '--currency must be a currency code'],
  ])('%j is refused in one sentence', (args, sentence) => expect(() => read(args)).toThrow(sentence));

  it('ask for help', () => expect(readOptions(['--help'], {}, {})).toBe('help'));
});
