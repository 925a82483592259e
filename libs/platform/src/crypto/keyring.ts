import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

const VERSION = 'v1';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** What one master key gives: a name that tells nothing about it, and a key for each use, so that no two uses share one. */
interface DerivedKeys {
  readonly id: string;
  readonly encryption: Buffer;
  readonly hmac: Buffer;
}

const derive = (master: Buffer, use: string, bytes: number): Buffer =>
  Buffer.from(hkdfSync('sha256', master, 'tallystick', `tallystick/keyring/${use}`, bytes));

/**
 * Encrypts what must be read again (signing keys, webhook secrets, identity data) and makes keyed hashes of what must only be recognized.
 *
 * AES-256-GCM with a random nonce per value. The additional data (`aad`) names the row and column a value belongs to, for example
 * `signing_key/<kid>`: a ciphertext moved to another row does not decrypt. Holds one or more master keys of 32 bytes: the first
 * encrypts, all decrypt, so that a master key is replaced by putting the new one in front.
 */
export class Keyring {
  private readonly keys: readonly [DerivedKeys, ...DerivedKeys[]];

  /** @param masters master keys of exactly 32 bytes, the one that encrypts first. */
  constructor(masters: readonly Buffer[]) {
    if (masters.length === 0 || masters.some((master) => master.length !== 32)) throw new Error('a keyring needs master keys of 32 bytes');
    this.keys = masters.map((master) => ({
      id: derive(master, 'id', 6).toString('base64url'),
      encryption: derive(master, 'encryption', 32),
      hmac: derive(master, 'hmac', 32),
    })) as [DerivedKeys, ...DerivedKeys[]];
  }

  /** The sealed value as text, `v1.<key id>.<nonce>.<ciphertext and tag>` in base64url: fits a text or JSON column. */
  encrypt(plaintext: string | Uint8Array, aad: string): string {
    const [{ id, encryption }] = this.keys;
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', encryption, nonce).setAAD(Buffer.from(aad));
    const sealed = Buffer.concat([cipher.update(plaintext as string, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return [VERSION, id, nonce.toString('base64url'), sealed.toString('base64url')].join('.');
  }

  /** The bytes that were sealed; throws when the value was changed, belongs to another `aad` or to a master key that is not here. */
  decrypt(value: string, aad: string): Buffer {
    const [version, id, nonce = '', sealed = ''] = value.split('.');
    const key = this.keys.find((candidate) => candidate.id === id);
    if (version !== VERSION || !key) throw new Error(`this value was sealed with a key (${id ?? 'none'}) that is not in the keyring`);
    const bytes = Buffer.from(sealed, 'base64url');
    const decipher = createDecipheriv('aes-256-gcm', key.encryption, Buffer.from(nonce, 'base64url'), { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(aad))
      .setAuthTag(bytes.subarray(-TAG_BYTES));
    return Buffer.concat([decipher.update(bytes.subarray(0, -TAG_BYTES)), decipher.final()]);
  }

  /**
   * HMAC-SHA-256 of a value, for looking up or comparing what is too guessable for a plain hash (C8.5); each purpose has results of its own.
   * Made with the oldest master key, so that stored results stay comparable while a new key is introduced.
   */
  hmac(purpose: string, value: string | Uint8Array): Buffer {
    const { hmac } = this.keys.at(-1) as DerivedKeys;
    const key = createHmac('sha256', hmac).update(purpose).digest();
    return createHmac('sha256', key).update(value).digest();
  }
}
