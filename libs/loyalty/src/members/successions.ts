import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import type { WriteTx } from '@tallystick/platform';

/** What another room has of a person, and how it becomes the one's who goes on for them. */
export interface Succession {
  readonly name: string;
  /**
   * Gives all that is of those who were merged into a member to that member. Their rows name the member already; the locks that were taken
   * before members are held.
   */
  succeed(tx: WriteTx<TenantContext>, memberId: string): Promise<void>;
}

/** Rooms above this one in which something goes along when members are merged. */
@Injectable()
export class Successions {
  private readonly successions: Succession[] = [];

  register(succession: Succession): void {
    this.successions.push(succession);
  }

  async execute(tx: WriteTx<TenantContext>, memberId: string): Promise<void> {
    for (const succession of this.successions) await succession.succeed(tx, memberId);
  }
}
