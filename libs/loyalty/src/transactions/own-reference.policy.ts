import type { TenantContext } from '@tallystick/kernel';
import type { LedgerTransaction } from '@tallystick/ledger';
import type { ReadTx } from '@tallystick/platform';

/** The acts whose natural keys a caller's own reference may be, each under its prefix; cards are loaded and unloaded under one. */
const KEYED_ACTS = ['earn', 'card', 'redeem', 'refund', 'hold', 'transfer', 'adjust', 'adjust:card'];

/** What stands before a caller's own reference in a natural key: the act, and what the reference is unique within. */
const BEFORE: Readonly<Record<string, RegExp>> = {
  coins: /^coins:[^:]*:/,
  'redeem worker': /^redeem:automatic:[0-9a-f-]{36}:[0-9a-f-]{36}:/,
  'redeem gafapay': /^redeem:gafapay:[0-9a-f]{32}:/,
  'adjust enkash': /^adjust:card:/,
};

/** The reference that the caller gave, as the caller knows it; null where they gave none. */
export function ownReference({ reference, details }: Pick<LedgerTransaction, 'reference' | 'details'>): string | null {
  if (reference === null) return null;
  const act = reference.slice(0, reference.indexOf(':'));
  const channel = (details as { source?: { channel?: string } } | null)?.source?.channel;
  const before = BEFORE[act] ?? BEFORE[`${act} ${channel}`];
  return before?.test(reference) ? reference.replace(before, '') : reference.slice(act.length + 1);
}

/** The natural keys that a caller's own reference may stand behind. Coins and redemptions of GafaPay say for whom in theirs. */
export async function keysOf(tx: ReadTx<TenantContext>, reference: string): Promise<string[]> {
  const rows = await tx.query<{ key: string }>(
    `select 'coins:' || company_id || ':' || request_id as key from coin_allocation where tenant_id = $1 and request_id = $2
     union all select t.reference from cash_redemption r join ledger_transaction t on t.tenant_id = r.tenant_id and t.id = r.transaction_id
       where r.tenant_id = $1 and r.reference = $2`,
    [tx.ctx.tenantId, reference],
  );
  return [...KEYED_ACTS.map((act) => `${act}:${reference}`), ...rows.map(({ key }) => key)];
}
