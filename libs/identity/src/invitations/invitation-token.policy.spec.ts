import { newId } from '@tallystick/kernel';
import { newInvitationToken, readInvitationToken } from './invitation-token.policy.js';

describe('the token of an invitation', () => {
  it('names its place, and is known again by its hash alone', () => {
    const tenantId = newId();
    const token = newInvitationToken(tenantId);
    expect(token.text).toMatch(/^tsi_[\w-]{64}$/);
    expect(readInvitationToken(token.text)).toEqual({ tenantId, hash: token.hash });
    const other = newInvitationToken(null);
    expect(readInvitationToken(other.text)).toEqual({ tenantId: null, hash: other.hash });
    expect(newInvitationToken(tenantId).hash).not.toEqual(token.hash);
  });

  it.each([
    '',
    'tsi_',
    `tsi_${'A'.repeat(63)}`,
    `tsi_${'_'.repeat(64)}`,
    `xxx_${'A'.repeat(64)}`,
    `tsi_${'A'.repeat(64)}\n`,
    `tsi_${'A'.repeat(65)}`,
  ])('is not %j', (text) => expect(readInvitationToken(text)).toBeUndefined());
});
