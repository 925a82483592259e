import { randomUUID } from 'node:crypto';
import type pg from 'pg';

/**
 * What single-call ledgers in SQL do, as pgledger does it: one function call a transfer, which locks both accounts in the order of their
 * ids, updates both balances and inserts the transfer with its two entries; foreign keys and the usual indexes; a commit each.
 */
const SCHEMA = `
create schema single_call;
create table single_call.account (
  id uuid primary key,
  balance numeric not null default 0,
  version bigint not null default 0,
  allow_negative boolean not null,
  updated_at timestamptz not null default now()
);
create table single_call.transfer (
  id uuid primary key,
  from_account_id uuid not null references single_call.account,
  to_account_id uuid not null references single_call.account,
  amount numeric not null,
  created_at timestamptz not null,
  check (amount > 0 and from_account_id <> to_account_id)
);
create index on single_call.transfer (from_account_id);
create index on single_call.transfer (to_account_id);
create table single_call.entry (
  id uuid primary key,
  account_id uuid not null references single_call.account,
  transfer_id uuid not null references single_call.transfer,
  amount numeric not null,
  previous_balance numeric not null,
  current_balance numeric not null,
  account_version bigint not null,
  created_at timestamptz not null
);
create index on single_call.entry (account_id);
create index on single_call.entry (transfer_id);

create function single_call.create_transfer(from_account uuid, to_account uuid, moved numeric) returns uuid language plpgsql as $$
declare
  transfer uuid := uuidv7();
  giver single_call.account;
  taker single_call.account;
begin
  perform from single_call.account where id in (from_account, to_account) order by id for update;
  insert into single_call.transfer values (transfer, from_account, to_account, moved, now());
  update single_call.account set balance = balance - moved, version = version + 1, updated_at = now() where id = from_account returning * into giver;
  update single_call.account set balance = balance + moved, version = version + 1, updated_at = now() where id = to_account returning * into taker;
  if giver.balance < 0 and not giver.allow_negative then raise exception 'insufficient'; end if;
  insert into single_call.entry values
    (uuidv7(), from_account, transfer, -moved, giver.balance + moved, giver.balance, giver.version, now()),
    (uuidv7(), to_account, transfer, moved, taker.balance - moved, taker.balance, taker.version, now());
  return transfer;
end $$;`;

/** A single-call ledger beside ours, in the same database. */
export interface SingleCallLedger {
  /** Accounts that may not go below zero, well filled. */
  readonly accounts: readonly string[];
  /** One that may. */
  readonly house: string;
  transfer(from: string, to: string): Promise<unknown>;
}

export async function openSingleCallLedger(pool: pg.Pool, count: number): Promise<SingleCallLedger> {
  const accounts = Array.from({ length: count }, () => randomUUID());
  const house = randomUUID();
  await pool.query(SCHEMA);
  await pool.query(
    `insert into single_call.account (id, balance, allow_negative) select id, 1000000000, id = $2 from unnest($1::uuid[]) as a(id)`,
    [[...accounts, house], house],
  );
  await pool.query('vacuum analyze single_call.account');
  return {
    accounts,
    house,
    transfer: (from, to) =>
      pool.query({ name: 'single_call', text: 'select single_call.create_transfer($1, $2, $3)', values: [from, to, 1] }),
  };
}
