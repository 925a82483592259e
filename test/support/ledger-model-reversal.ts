import type { Reverse } from '@tallystick/ledger';
import { free, lapsed, least, ordered, pick, total, type ModelAccount, type Part } from './ledger-model-account.js';
import { demand, refuse, type Fact, type Turn } from './ledger-model-fact.js';

/** C3.6, C3.7: parts add up in the unit they are told in, and are rounded together, half up. */
export function measure({ share, stage }: Reverse, target: Fact, now: Date): Omit<Turn, 'id' | 'moves'> {
  if (!['earn', 'redeem', 'transfer', 'capture', 'adjust'].includes(target.kind)) refuse('not_reversible', { kind: target.kind });
  const last = target.turns.find((turn) => turn.last);
  if (last) refuse('already_reversed', { by: last.id });
  const found = target.ready && target.ready > now ? 'pending' : 'completed';
  if (stage && stage !== found) refuse('wrong_stage', { stage: found });
  const weight = target.moves[0]?.amount ?? 0n;
  const already = target.turns.reduce((sum, turn) => sum + turn.due, 0n);
  if (!share) return { part: weight - already, whole: weight, due: weight - already, last: true };
  const { part, whole = weight } = share;
  if (target.moves.length > 1 && part < whole) refuse('not_reversible', { kind: target.kind });
  let before = target.turns.reduce((sum, turn) => sum + turn.part, 0n);
  if (target.turns.some((turn) => turn.whole !== whole)) {
    before = weight === 0n ? 0n : (already * whole) / weight + ((already * whole) % weight > 0n ? 1n : 0n);
  }
  if (part <= 0n || before + part > whole) refuse('outside_limits', { limit: whole - before });
  const exact = 2n * weight * (before + part);
  const upTo = exact / (2n * whole) + (exact % (2n * whole) >= whole ? 1n : 0n);
  return { part, whole, due: upTo > already ? upTo - already : 0n, last: before + part === whole };
}

/** C3.2, C3.3, C3.5: what the credited account gives back. */
export function claim(
  { shortage, debitOrder }: Reverse,
  target: Fact,
  account: ModelAccount,
  due: bigint,
  now: Date,
): { amount: bigint; owed: bigint; parts: Part[] } {
  if (!account.lotted) {
    demand(account, due, now);
    return { amount: due, owed: 0n, parts: [] };
  }
  const own = account.lots.filter((lot) => lot.source === target.id);
  const gone = own.reduce((sum, lot) => sum + lot.expired + (lapsed(lot, now) ? free(lot) : 0n), 0n);
  const brought = total(target.moves.filter((move) => move.to === account.id));
  const taken = total(target.turns.flatMap((turn) => turn.moves).filter(({ from }) => from === account.id || from === account.debt?.id));
  const wanted = least(due, brought - gone - taken > 0n ? brought - gone - taken : 0n);
  const ready = ordered(
    own.filter((lot) => !lapsed(lot, now)),
    debitOrder,
  );
  const others = ordered(
    account.spendable(now).filter((lot) => lot.source !== target.id),
    debitOrder,
  );
  const sources =
    shortage === 'pending_only' ? ready.filter((lot) => lot.terms.availableAt.getTime() > now.getTime()) : [...ready, ...others];
  const parts = pick(sources, wanted);
  if (shortage === 'refuse' && total(parts) < due) refuse('insufficient', { available: total(parts) });
  return { amount: total(parts), owed: shortage === 'owe' ? wanted - total(parts) : 0n, parts };
}

/** C2.1, C2.2: last used, first restored; what has lapsed gets grace or goes where it would have gone. */
export function restore({ id, lapsed: policy }: Reverse, target: Fact, account: ModelAccount, amount: bigint, now: Date): void {
  if (!account.lotted) return;
  for (const spent of [...(target.spent.get(account) ?? [])].reverse()) {
    const part = least(spent.amount - spent.restored, amount);
    if (part <= 0n) continue;
    amount -= part;
    spent.restored += part;
    const { terms } = spent.lot;
    if (terms.expiresAt && lapsed(spent.lot, now) && policy.policy === 'grace' && policy.until(now) > now) {
      const expiresAt = new Date(Math.max(terms.expiresAt.getTime(), policy.until(now).getTime()));
      account.credit(id, part, { earnedAt: terms.earnedAt, availableAt: now, expiresAt, slides: terms.slides });
    } else spent.lot.left += part;
  }
  if (amount > 0n) account.credit(id, amount, { earnedAt: now, availableAt: now, expiresAt: null });
}
