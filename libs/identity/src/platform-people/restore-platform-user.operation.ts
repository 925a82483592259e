import { Injectable } from '@nestjs/common';
import type { PlatformContext } from '@tallystick/kernel';
import { InvalidState, type WriteTx } from '@tallystick/platform';
import { PlatformUserRestored } from './platform-people.acts.js';
import { PlatformPlaces } from './platform-place.js';

/** Lets a suspended person of the platform in again. Throws `not_found`, `permission_denied`, `invalid_state` for somebody who is not suspended. */
@Injectable()
export class RestorePlatformUser {
  constructor(private readonly places: PlatformPlaces) {}

  async execute(tx: WriteTx<PlatformContext>, { userId }: { userId: string }): Promise<void> {
    const known = await this.places.lock(tx, userId);
    if (known.status === 'active') throw InvalidState.with({ message: 'This person is not suspended' });
    await tx.query(`update platform_role set status = 'active', suspended_at = null where user_id = $1`, [userId]);
    tx.audit(PlatformUserRestored, { target: { type: 'user', id: userId }, before: { status: 'suspended' }, after: { status: 'active' } });
  }
}
