import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { hash, verify } from '@node-rs/argon2';

/** OWASP's floor for argon2id, the library's default variant: 19 MiB, two passes, one lane (AUT-02). */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Hashes and checks passwords, on the native library's threads: the event loop goes on meanwhile. */
@Injectable()
export class Passwords {
  /** Checked against when there is no such person, so that the answer takes as long (AUT-03). */
  private readonly nobody = hash(randomBytes(32), COST);

  hash(password: string): Promise<string> {
    return hash(password, COST);
  }

  /** Whether a hash was made with less work than hashes are made with now: it is replaced when its owner signs in (AUT-02). */
  isWeaker(stored: string): boolean {
    const [, memory, time] = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=\d+\$/.exec(stored) ?? [];
    return Number(memory ?? 0) < COST.memoryCost || Number(time ?? 0) < COST.timeCost;
  }

  /** Whether `password`, exactly as typed, is the one behind `stored`; without one it does the same work and answers false. */
  async verify(stored: string | undefined, password: string): Promise<boolean> {
    return (await verify(stored ?? (await this.nobody), password)) && stored !== undefined;
  }
}
