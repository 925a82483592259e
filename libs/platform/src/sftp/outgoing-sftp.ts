import { createHash, timingSafeEqual } from 'node:crypto';
import { connect, isIP, type Socket } from 'node:net';
import SftpClient from 'ssh2-sftp-client';
import type { IsProxy } from '../http/limits/caller-address.policy.js';
import { isCallable } from '../http-client/address.policy.js';
import { systemResolve, type Resolve } from '../http-client/guarded-lookup.js';
import { SftpFailure } from './sftp-failure.js';
import { SftpSession } from './sftp-session.js';

/** Until a connection stands, and until the other side has let us in, in milliseconds. */
const CONNECT_MS = 10_000;
/** The longest that one session lasts, whatever the other side does. */
const SESSION_MS = 15 * 60_000;
const PORTS = { ssh: 22, firstFree: 1_024 };
const HOST = /^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$/;

/** Where an SFTP server is. */
export interface SftpPlace {
  readonly host: string;
  readonly port: number;
}

/** How we sign in there, and the one host key that we take for the server's own. */
export interface SftpAccess extends SftpPlace {
  readonly username: string;
  readonly password?: string;
  /** In PEM or OpenSSH form. */
  readonly privateKey?: string;
  readonly passphrase?: string;
  /** `SHA256:` and the hash of the key in base64, as `ssh-keygen -lf` prints it. */
  readonly hostKey: string;
}

/**
 * SFTP servers that tenants name: the only way out to them. The name is resolved and its addresses judged at every connection (SSRF-01); the
 * host key is compared before anything secret is sent (FIL-01).
 */
export class OutgoingSftp {
  /** @param isAllowed which addresses may be dialled besides public ones. */
  constructor(
    private readonly isAllowed: IsProxy,
    private readonly resolve: Resolve = systemResolve,
  ) {}

  /**
   * Checks a place when it is registered, so that a mistake is told at once. A name that does not resolve at this moment passes: it is
   * checked again at every connection.
   * @throws SftpFailure `address_refused`
   */
  async assertDialable({ host, port = PORTS.ssh }: Partial<SftpPlace>): Promise<void> {
    assertPort(port);
    if (host === undefined) return;
    await this.addressOf({ host, port }).catch((error: unknown) => {
      if (!(error instanceof SftpFailure) || error.kind === 'address_refused') throw error;
    });
  }

  /** The host key that a server shows, before anything is told to it. @throws SftpFailure */
  async hostKeyOf(place: SftpPlace): Promise<string> {
    let seen: string | undefined;
    const failure = await this.dial(place, { username: 'nobody' }, (key) => {
      seen = key;
      return false;
    }).then(
      ({ close }) => close(),
      (error: SftpFailure) => error,
    );
    if (seen === undefined)
      throw failure instanceof SftpFailure ? failure : new SftpFailure('unreachable', 'The server shows no host key.');
    return seen;
  }

  /** Signs in. @throws SftpFailure; `host_key_changed` when the server shows another key than it should, and was told nothing. */
  async open({ hostKey, username, password, privateKey, passphrase, ...place }: SftpAccess): Promise<SftpSession> {
    let shown: string | undefined;
    const verify = (key: string): boolean => {
      shown = key;
      return sameText(key, hostKey);
    };
    try {
      return await this.dial(place, { username, password, privateKey, passphrase }, verify);
    } catch (error) {
      if (shown !== undefined && !sameText(shown, hostKey))
        throw new SftpFailure('host_key_changed', `The server shows the host key ${shown} and should show ${hostKey}.`);
      throw error;
    }
  }

  private async dial(
    place: SftpPlace,
    credentials: { username: string; password?: string; privateKey?: string; passphrase?: string },
    verify: (key: string) => boolean,
  ): Promise<SftpSession> {
    const sock = await this.socketTo(place);
    let level: string | undefined;
    const client = new SftpClient('tallystick', {});
    client.on('error', (error: Error & { level?: string }) => void (level ??= error.level));
    try {
      await client.connect({
        sock,
        ...credentials,
        readyTimeout: CONNECT_MS,
        keepaliveInterval: 10_000,
        keepaliveCountMax: 3,
        hostVerifier: (key: Buffer) => verify(fingerprintOf(key)),
      });
      return new SftpSession(client, sock, SESSION_MS);
    } catch (error) {
      sock.destroy();
      const message = (error as Error).message;
      if (level === 'client-authentication' || /authentication methods failed/i.test(message))
        throw new SftpFailure('sign_in_refused', 'The server does not let us in with this user name and secret.');
      if (/privateKey|private key|passphrase/i.test(message))
        throw new SftpFailure('sign_in_refused', 'The private key cannot be read: it is damaged, or its passphrase is another.');
      throw new SftpFailure('unreachable', 'The server ended the connection, or does not speak SFTP.');
    }
  }

  private async socketTo(place: SftpPlace): Promise<Socket> {
    const host = await this.addressOf(place);
    return new Promise((resolve, reject) => {
      const socket = connect({ host, port: place.port, noDelay: true });
      const fail = (): void => {
        socket.destroy();
        reject(new SftpFailure('unreachable', 'The server does not answer.'));
      };
      const timer = setTimeout(fail, CONNECT_MS);
      socket.once('error', fail).once('connect', () => {
        clearTimeout(timer);
        socket.removeListener('error', fail).on('error', () => undefined);
        resolve(socket);
      });
      socket.once('close', () => clearTimeout(timer));
    });
  }

  /** The address to dial. One of a name's addresses that may not be dialled refuses the whole name (SSRF-02). */
  private async addressOf({ host, port }: SftpPlace): Promise<string> {
    assertPort(port);
    if (isIP(host) === 0 && !HOST.test(host)) throw refused('This must be a host name or an address.');
    const addresses =
      isIP(host) !== 0
        ? [{ address: host }]
        : await this.resolve(host).catch(() => {
            throw new SftpFailure('unreachable', 'The name of the server does not resolve.');
          });
    if (
      addresses.length === 0 ||
      !addresses.every(({ address }) => isCallable(address, { allowLoopback: false }) || this.isAllowed(address))
    )
      throw refused('This address is not public.');
    return addresses[0]!.address;
  }
}

function assertPort(port: number): void {
  if (port !== PORTS.ssh && port < PORTS.firstFree) throw refused('The port must be 22, or 1024 and above.');
}

const refused = (message: string): SftpFailure => new SftpFailure('address_refused', message);

const fingerprintOf = (key: Buffer): string => `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;

function sameText(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => createHash('sha256').update(text).digest()) as [Buffer, Buffer];
  return timingSafeEqual(a, b);
}
