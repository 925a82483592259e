import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A call that a receiver got. */
export interface ReceivedCall {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly path: string;
  readonly at: Date;
}

/** A webhook receiver on this machine that keeps what it gets and answers as it is told: with 204 when it is told nothing. */
export class Receiver {
  readonly calls: ReceivedCall[] = [];
  answer: (response: ServerResponse, call: ReceivedCall) => void = (response) => void response.writeHead(204).end();
  private server?: Server;
  private port = 0;

  async open(): Promise<this> {
    this.server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8');
      request.on('data', (chunk: string) => (body += chunk));
      request.on('end', () => {
        const call = { headers: request.headers, body, path: request.url ?? '', at: new Date() };
        this.calls.push(call);
        this.answer(response, call);
      });
    });
    await new Promise<void>((resolve) => this.server?.listen(this.port, '127.0.0.1', resolve));
    this.port = (this.server.address() as AddressInfo).port;
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/hook`;
  }

  /** Opens again on the same port after this. */
  async close(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise((resolve) => (this.server ? this.server.close(resolve) : resolve(undefined)));
  }
}

/** Waits until something is so, and fails when it takes too long. */
export async function until(what: () => boolean | Promise<boolean>, ms = 20_000): Promise<void> {
  for (const end = Date.now() + ms; !(await what()); await new Promise((resolve) => setTimeout(resolve, 25)))
    if (Date.now() > end) throw new Error(`it did not happen within ${ms} ms: ${what}`);
}
