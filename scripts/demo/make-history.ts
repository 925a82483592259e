import type { TenantContext } from '@tallystick/kernel';
import { AccountBalances, OpenAccounts, PostTransactions } from '@tallystick/ledger';
import {
  CreateMember,
  EnrollMembers,
  ErasedMembers,
  EvaluateTiers,
  MemberAttributes,
  MemberKeys,
  FindMembers,
  ParkedRefunds,
  PostPoints,
  ProfileSealer,
  type PointsFact,
} from '@tallystick/loyalty';
import type { DemoGround } from './demo.js';

const PEOPLE = [
  { reference: 'DEMO-1001', profile: { full_name: 'Asha Rao', email: 'asha@demo.example', attributes: { segment: 'gold' } } },
  { reference: 'DEMO-1002', profile: { full_name: 'Bela Novak', email: 'bela@demo.example' } },
  { reference: 'DEMO-1003', profile: { full_name: 'Chen Li', email: 'chen@demo.example' } },
  { reference: 'DEMO-1004', profile: { full_name: 'Dora Costa', email: 'dora@demo.example' } },
];

const source = { channel: 'seed', requestId: 'demo-seed' };
const daysAgo = (days: number): Date => new Date(Date.now() - days * 86_400_000);
const member = (n: number): { reference: string } => ({ reference: PEOPLE[n]!.reference });

const bought = (n: number, reference: string, amount: string, days: number): PointsFact => ({
  kind: 'earn',
  source,
  member: member(n),
  reference,
  earned: { purchase: { amount, currency: 'USD', merchant: { descriptor: 'CORNER BOOKS 0042', mcc: '5942' } } },
  occurredAt: daysAgo(days),
});

const HISTORY: PointsFact[] = [
  bought(0, 'DEMO-PUR-1', '1250.00', 40),
  bought(0, 'DEMO-PUR-2', '89.90', 12),
  bought(1, 'DEMO-PUR-3', '420.50', 30),
  bought(2, 'DEMO-PUR-4', '77.25', 9),
  bought(3, 'DEMO-PUR-5', '300.00', 20),
  { kind: 'redeem', source, member: member(0), points: 200, reference: 'DEMO-RED-1', merchantName: 'Corner Books' },
  { kind: 'transfer', source, from: member(1), to: member(2), points: 50, reference: 'DEMO-GIFT-1' },
  { kind: 'hold', source, member: member(2), points: 25, reference: 'DEMO-CHECKOUT-1' },
];

const REFUND: PointsFact = {
  kind: 'refund',
  source,
  member: member(3),
  reference: 'DEMO-REF-1',
  originalReference: 'DEMO-PUR-5',
  purchase: { amount: '100.00', currency: 'USD' },
};

/** A few members who have bought, redeemed, transferred, held and returned, made once. Answers the first of them. */
export async function makeHistory({ uow, keyring }: DemoGround, ctx: TenantContext): Promise<{ id: string; reference: string }> {
  const accounts = new OpenAccounts();
  const keys = new MemberKeys(keyring);
  const enroll = new EnrollMembers(accounts, new ErasedMembers(keys));
  const [sealer, attributes] = [new ProfileSealer(keyring, keys), new MemberAttributes(keys)];
  const create = new CreateMember(enroll, sealer, attributes, new FindMembers(sealer, keys, attributes, new AccountBalances()));
  const points = new PostPoints(new PostTransactions(), accounts, enroll, new ParkedRefunds(), new EvaluateTiers());
  return uow.run(ctx, async (tx) => {
    const [known] = await tx.query<{ id: string; reference: string }>(
      'select id, reference from member where tenant_id = $1 and reference = $2',
      [tx.ctx.tenantId, PEOPLE[0]!.reference],
    );
    if (known) return known;
    const members = [];
    for (const person of PEOPLE) members.push(await create.execute(tx, person));
    const outcomes = await points.execute(tx, [...HISTORY, REFUND]);
    const refused = outcomes.find((outcome) => outcome.status !== 'posted');
    if (refused) throw new Error(`the demo's history was not posted: ${JSON.stringify(refused)}`);
    return members[0]!;
  });
}
