import { fingerprint, newId } from '@tallystick/kernel';
import { ownerAccountId } from '@tallystick/ledger';
import { ValidationFailed } from '@tallystick/platform';
import { unconfirmed } from './confirmation.policy.js';
import type { LoyaltyWorld } from './loyalty-world.query.js';
import { activeMember, activeProgram, missingWallet, readPoints, referenceKey, type Plan } from './plan.js';
import type { TransferFact } from './points-fact.js';

/** Plans a transfer between two members; the points keep their dates (C2.1). The same member twice is refused (C10.12). */
export function planTransfer(fact: TransferFact, world: LoyaltyWorld): Plan {
  const program = activeProgram(world, fact.programId);
  const from = activeMember(world, fact.from, 'from');
  const to = activeMember(world, fact.to, 'to', 'earn');
  if (from.id === to.id) throw ValidationFailed.with({ errors: { to: ['Must be another member than the sender.'] } });
  const amount = readPoints(fact.points, program);
  const needed = unconfirmed(fact, amount, program);
  const [sender, receiver] = [ownerAccountId(program.assetId, from.id), ownerAccountId(program.assetId, to.id)];
  return {
    program,
    member: from,
    receiver: to,
    ...needed,
    wallets: missingWallet(to, program),
    command: {
      act: 'post',
      kind: 'transfer',
      id: newId(),
      account: sender,
      legs: [{ from: sender, to: receiver, amount }],
      debitOrder: program.terms.consumption_order,
      ...(needed.unconfirmed && { barred: () => needed.unconfirmed!.message }),
      slide: world.slide(program),
      ...(fact.reference !== undefined && {
        reference: {
          key: referenceKey('transfer', fact.reference),
          hash: fingerprint({
            from: from.id,
            to: to.id,
            programId: program.id,
            amount: String(amount),
            narration: fact.narration,
            metadata: fact.metadata,
          }),
        },
      }),
      narration: fact.narration,
      metadata: fact.metadata,
      details: { source: fact.source, to_member_id: to.id },
    },
  };
}
