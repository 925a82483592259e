import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import PostalMime, { type Email } from 'postal-mime';

/** A mail as it arrived. */
export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly source: string;
}

const USUAL: Readonly<Record<string, string>> = { DATA: '354 go on', QUIT: '221 bye' };

/** A mail server that keeps what it is given (RFC 5321). `answer` may refuse, or cut the line, at the end of a command. */
export class MailServer {
  readonly mails: ReceivedMail[] = [];
  /** What is said to a command, in place of the usual; null cuts the connection. */
  answer: (command: string) => string | null | undefined = () => undefined;
  private readonly server: Server = createServer((socket) => this.serve(socket));
  private readonly sockets = new Set<Socket>();

  async open(): Promise<this> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return this;
  }

  get url(): string {
    return `smtp://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The mails, read by a parser of its own. */
  read(): Promise<Email[]> {
    return Promise.all(this.mails.map(({ source }) => PostalMime.parse(source)));
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  private serve(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket)).on('error', () => undefined);
    let rest = '';
    let mail = { from: '', to: [] as string[] };
    let source: string[] | undefined;
    const say = (said: string | null): void => void (said === null ? socket.destroy() : socket.write(`${said}\r\n`));
    const take = (line: string): void => {
      if (source && line !== '.') return void source.push(line.replace(/^\./, ''));
      const command = source ? 'END' : line.split(/[ :]/)[0]!.toUpperCase();
      const said = this.answer(command);
      const taken = said === undefined;
      const [, address = ''] = /<(.*)>/.exec(line) ?? [];
      if (command === 'MAIL') mail = { from: address, to: [] };
      if (command === 'RCPT' && taken) mail.to.push(address);
      if (command === 'END') {
        // What a server has taken stays taken when the line is cut before it could say so.
        if (taken || said === null) this.mails.push({ ...mail, source: source!.join('\r\n') });
        source = undefined;
      }
      if (command === 'DATA' && taken) source = [];
      say(taken ? (USUAL[command] ?? '250 ok') : said);
    };
    socket.write('220 test ESMTP\r\n');
    socket.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString('latin1')).split('\r\n');
      rest = lines.pop()!;
      lines.forEach(take);
    });
  }
}
