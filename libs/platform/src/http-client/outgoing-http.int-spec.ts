import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { RefusedAddress } from './address.policy.js';
import { OutgoingHttp, type OutgoingSession } from './outgoing-http.js';

const receivers: Server[] = [];
const sessions: OutgoingSession[] = [];

async function receiver(listener: RequestListener): Promise<{ port: number; sockets: Set<Socket> }> {
  const server = createServer(listener);
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  receivers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, sockets };
}

const trial = (resolve?: ConstructorParameters<typeof OutgoingHttp>[1]) => new OutgoingHttp({ loopbackForSandboxes: true }, resolve);
const sandbox = { sandbox: true };
const live = {};
const open = (http: OutgoingHttp, url: string, connections = 2) => {
  const session = http.open(sandbox, url, connections);
  sessions.push(session);
  return session;
};
/** A resolver that gives one list after the other. */
const answers = (...lists: string[][]) => {
  let turn = 0;
  return async () => lists[Math.min(turn++, lists.length - 1)]!.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
};
const call = { headers: { 'content-type': 'application/json' }, body: '{"a":1}', timeoutMs: 1_000 };

afterEach(() => {
  sessions.splice(0).forEach((session) => session.close());
  receivers.splice(0).forEach((server) => (server.closeAllConnections(), server.close()));
});

describe('a call to an address that a tenant gave', () => {
  it('posts the bytes and reads the answer over kept connections', async () => {
    const seen: string[] = [];
    const { port, sockets } = await receiver((request, response) => {
      request.on('data', (chunk) => seen.push(String(chunk)));
      request.on('end', () => response.writeHead(202, { 'retry-after': '7' }).end('thanks'));
    });
    const session = open(trial(), `http://127.0.0.1:${port}/hook`);
    for (let n = 0; n < 5; n++) expect(await session.post(call)).toEqual({ status: 202, retryAfter: '7', text: 'thanks' });
    expect(seen).toEqual(Array(5).fill('{"a":1}'));
    expect(sockets.size).toBe(1);
  });

  it('reaches this machine for sandbox tenants alone, and where that is configured (SSRF-04)', async () => {
    let canary = 0;
    const { port } = await receiver((_, response) => (canary++, response.end()));
    const [configured, strict] = [trial(), new OutgoingHttp({ loopbackForSandboxes: false })];
    for (const host of ['127.0.0.1', 'localhost', '[::1]'])
      for (const [http, caller] of [
        [configured, live],
        [strict, live],
        [strict, sandbox],
      ] as const) {
        await expect(http.assertCallable(caller, `http://${host}:${port}/`)).rejects.toThrow(RefusedAddress);
        expect(() => http.open(caller, `http://${host}:${port}/`, 1)).toThrow(RefusedAddress);
      }
    await expect(configured.assertCallable(live, 'http://127.0.0.1/')).rejects.toThrow('for sandbox tenants only');
    const rebound = trial(answers(['127.0.0.1'])).open(live, 'https://hooks.example.com', 1);
    sessions.push(rebound);
    await expect(rebound.post(call)).rejects.toThrow(RefusedAddress);
    expect(canary).toBe(0);
    expect((await open(configured, `http://127.0.0.1:${port}/`).post(call)).status).toBe(200);
  });

  it('does not follow a redirect (SSRF-04, WHK-04)', async () => {
    let canary = 0;
    const target = await receiver((_, response) => (canary++, response.end()));
    const { port } = await receiver((_, response) => response.writeHead(302, { location: `http://127.0.0.1:${target.port}/` }).end());
    expect((await open(trial(), `http://127.0.0.1:${port}/`).post(call)).status).toBe(302);
    expect(canary).toBe(0);
  });

  it('gives up on a receiver that never answers (WHK-03)', async () => {
    const { port } = await receiver(() => undefined);
    const started = Date.now();
    await expect(open(trial(), `http://127.0.0.1:${port}/`).post({ ...call, timeoutMs: 200 })).rejects.toMatchObject({ code: 'ETIMEDOUT' });
    expect(Date.now() - started).toBeLessThan(900);
  });

  it('cuts an endless body, keeps 2 kB of it and the status (WHK-03)', async () => {
    let sent = 0;
    const { port } = await receiver((_, response) => {
      response.writeHead(200);
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(16_384, 'x'))) sent += 16_384;
      };
      response.on('drain', more);
      more();
    });
    const answer = await open(trial(), `http://127.0.0.1:${port}/`).post(call);
    expect(answer).toEqual({ status: 200, retryAfter: undefined, text: 'x'.repeat(2_048) });
    expect(sent).toBeLessThan(16_000_000);
  });

  it('counts the status of an answer whose body takes too long', async () => {
    const { port } = await receiver((_, response) => response.writeHead(500).write('slow\0'));
    expect(await open(trial(), `http://127.0.0.1:${port}/`).post({ ...call, timeoutMs: 200 })).toEqual({
      status: 500,
      retryAfter: undefined,
      text: 'slow',
    });
  });

  it('replaces a kept connection that the other side had closed', async () => {
    let count = 0;
    const { port, sockets } = await receiver((_, response) => (count++, response.end()));
    const session = open(trial(), `http://127.0.0.1:${port}/`);
    await session.post(call);
    for (const socket of sockets) socket.resetAndDestroy();
    expect((await session.post(call)).status).toBe(200);
    expect(count).toBe(2);
  });

  it('ignores proxies of the environment (SSRF-05)', async () => {
    let proxied = 0;
    const proxy = await receiver((_, response) => (proxied++, response.end()));
    const { port } = await receiver((_, response) => response.end('direct'));
    const before = { ...process.env };
    Object.assign(process.env, {
      http_proxy: `http://127.0.0.1:${proxy.port}`,
      HTTP_PROXY: `http://127.0.0.1:${proxy.port}`,
      NODE_USE_ENV_PROXY: '1',
    });
    try {
      expect((await open(trial(), `http://127.0.0.1:${port}/`).post(call)).text).toBe('direct');
    } finally {
      process.env = before;
    }
    expect(proxied).toBe(0);
  });
});

describe('names', () => {
  it('are refused at registration when an address is private (SSRF-02)', async () => {
    for (const list of [['10.0.0.1'], ['fd00::1'], ['93.184.216.34', '127.0.0.1'], []]) {
      await expect(
        new OutgoingHttp({ loopbackForSandboxes: false }, answers(list)).assertCallable(sandbox, 'https://hooks.example.com'),
      ).rejects.toThrow(RefusedAddress);
    }
  });

  it('pass registration when they do not resolve yet, or slowly', async () => {
    const away = async () => Promise.reject(Object.assign(new Error('not found'), { code: 'ENOTFOUND' }));
    await expect(
      new OutgoingHttp({ loopbackForSandboxes: false }, away).assertCallable(live, 'https://hooks.example.com'),
    ).resolves.toBeInstanceOf(URL);
  });

  it('that change between registration and call are refused at the call, and nothing is dialled (SSRF-03)', async () => {
    let canary = 0;
    const { port } = await receiver((_, response) => (canary++, response.end()));
    // Loopback on any port is let through by the trial rules; the private address is what the second answer brings.
    const http = trial(answers(['127.0.0.1'], ['127.0.0.1'], ['127.0.0.1', '10.0.0.1']));
    await http.assertCallable(sandbox, `http://localhost:${port}/`);
    expect((await open(http, `http://localhost:${port}/`).post(call)).status).toBe(200);
    await expect(open(http, `http://localhost:${port}/`).post(call)).rejects.toThrow(RefusedAddress);
    expect(canary).toBe(1);

    const rebound = new OutgoingHttp({ loopbackForSandboxes: false }, answers(['93.184.216.34'], ['127.0.0.1']));
    await rebound.assertCallable(live, 'https://hooks.example.com');
    await expect(open(rebound, 'https://hooks.example.com').post(call)).rejects.toThrow(RefusedAddress);
  });

  it('are dialled at the address that was checked, whatever the system would say', async () => {
    const { port } = await receiver((request, response) => response.end(request.headers.host));
    const http = trial(answers(['127.0.0.1']));
    expect((await open(http, `http://localhost:${port}/`).post(call)).text).toBe(`localhost:${port}`);
  });
});
