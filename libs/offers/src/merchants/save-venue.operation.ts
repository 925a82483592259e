import { Injectable } from '@nestjs/common';
import { newId, type TenantContext } from '@tallystick/kernel';
import { changesOf, Duplicate, NotFound, type WriteTx } from '@tallystick/platform';
import type { MerchantStatus } from './merchant.js';
import { VenueCreated, VenueRemoved, VenueUpdated } from './merchants.acts.js';
import { cellOf, type Place } from './place.policy.js';
import { VENUE_COLUMNS, type Venue } from './venue.js';

/** A venue as an admin describes it. */
export interface VenueInput extends Place {
  /** Our id when left out. */
  readonly reference?: string;
  readonly name: string;
  readonly status: MerchantStatus;
  readonly streetAddress: string | null;
  readonly zipcode: string | null;
}

/** A venue of a file, which names its merchant by reference. */
export type VenueFact = Required<VenueInput> & { readonly merchantReference: string };

type Tx = WriteTx<TenantContext>;

/** Registers places where merchants sell, changes and removes them. */
@Injectable()
export class SaveVenue {
  /** Throws `not_found` for an unknown merchant, `duplicate` for a reference that another venue of it has. */
  async create(tx: Tx, merchantId: string, input: VenueInput): Promise<Venue> {
    const [merchant] = await tx.query('select id from merchant where tenant_id = $1 and id = $2 for key share', [
      tx.ctx.tenantId,
      merchantId,
    ]);
    if (!merchant) throw NotFound.with();
    const id = newId();
    const [venue] = await tx.query<Venue>(
      `insert into venue as v (tenant_id, id, merchant_id, reference, name, status, street_address, zipcode, latitude, longitude, cell, created_at, updated_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, tenant_now(), tenant_now())
       on conflict (tenant_id, merchant_id, reference) do nothing returning ${VENUE_COLUMNS}`,
      [tx.ctx.tenantId, id, merchantId, input.reference ?? id, ...columnsOf(input)],
    );
    if (!venue) throw Duplicate.with({ errors: { reference: ['Another venue of this merchant has this reference.'] } });
    tx.audit(VenueCreated, { target: targetOf(venue), after: told(venue) });
    return venue;
  }

  /** Throws `not_found`. */
  async update(tx: Tx, merchantId: string, id: string, change: Partial<Omit<VenueInput, 'reference'>>): Promise<Venue> {
    const known = await locked(tx, merchantId, id);
    const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
    const [venue] = await tx.query<Venue>(
      `update venue v set name = $3, status = $4, street_address = $5, zipcode = $6, latitude = $7, longitude = $8, cell = $9,
         updated_at = tenant_now() where v.tenant_id = $1 and v.id = $2 returning ${VENUE_COLUMNS}`,
      [tx.ctx.tenantId, id, ...columnsOf({ ...known, ...given })],
    );
    tx.audit(VenueUpdated, { target: targetOf(venue!), ...changesOf(told(known), told(venue!)) });
    return venue!;
  }

  /** Throws `not_found`. */
  async remove(tx: Tx, merchantId: string, id: string): Promise<void> {
    const venue = await locked(tx, merchantId, id);
    await tx.query('delete from venue where tenant_id = $1 and id = $2', [tx.ctx.tenantId, id]);
    tx.audit(VenueRemoved, { target: targetOf(venue), before: told(venue) });
  }

  /**
   * Registers venues or changes those that are known, each by its merchant's reference and its own, many in one statement. Answers, in the
   * order of the venues, its id and whether it is as it was; undefined where there is no such merchant.
   */
  async putAll(tx: Tx, venues: readonly VenueFact[]): Promise<({ id: string; changed: boolean } | undefined)[]> {
    const merchants = await tx.query<{ id: string; reference: string }>(
      'select id, reference from merchant where tenant_id = $1 and reference = any($2::text[]) order by id for key share',
      [tx.ctx.tenantId, [...new Set(venues.map(({ merchantReference }) => merchantReference))]],
    );
    const idOf = new Map(merchants.map(({ id, reference }) => [reference, id]));
    const known = venues.flatMap((venue) =>
      idOf.has(venue.merchantReference) ? [{ ...venue, merchantId: idOf.get(venue.merchantReference)! }] : [],
    );
    const keyOf = ({ merchantId, reference }: { merchantId: string; reference: string }): string => `${merchantId} ${reference}`;
    // Of one that is in the list twice, the last word counts.
    const last = [...new Map(known.map((venue) => [keyOf(venue), venue])).values()].sort((one, other) =>
      keyOf(one) < keyOf(other) ? -1 : 1,
    );
    const column = <T>(of: (venue: (typeof last)[number]) => T): T[] => last.map(of);
    const kept = await tx.query<{ id: string; merchantId: string; reference: string; changed: boolean }>(
      `with given as (
         select * from unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::float8[], $10::float8[], $11::int[])
           as g(id, merchant_id, reference, name, status, street_address, zipcode, latitude, longitude, cell)
       ), kept as (
         insert into venue as v (tenant_id, id, merchant_id, reference, name, status, street_address, zipcode, latitude, longitude, cell, created_at, updated_at)
         select $1, g.*, tenant_now(), tenant_now() from given g order by g.merchant_id, g.reference
         on conflict (tenant_id, merchant_id, reference) do update set name = excluded.name, status = excluded.status,
           street_address = excluded.street_address, zipcode = excluded.zipcode, latitude = excluded.latitude, longitude = excluded.longitude,
           cell = excluded.cell, updated_at = excluded.updated_at
         where (v.name, v.status, v.street_address, v.zipcode, v.latitude, v.longitude)
           is distinct from (excluded.name, excluded.status, excluded.street_address, excluded.zipcode, excluded.latitude, excluded.longitude)
         returning id, merchant_id, reference
       )
       select coalesce(k.id, v.id) as id, g.merchant_id as "merchantId", g.reference, k.id is not null as changed from given g
       left join kept k on k.merchant_id = g.merchant_id and k.reference = g.reference
       left join venue v on v.tenant_id = $1 and v.merchant_id = g.merchant_id and v.reference = g.reference`,
      [
        tx.ctx.tenantId,
        column(() => newId()),
        column(({ merchantId }) => merchantId),
        column(({ reference }) => reference),
        column(({ name }) => name),
        column(({ status }) => status),
        column(({ streetAddress }) => streetAddress),
        column(({ zipcode }) => zipcode),
        column(({ latitude }) => latitude),
        column(({ longitude }) => longitude),
        column((venue) => cellOf(venue)),
      ],
    );
    const byKey = new Map(kept.map((venue) => [keyOf(venue), venue]));
    return venues.map(({ merchantReference, reference }) => byKey.get(keyOf({ merchantId: idOf.get(merchantReference) ?? '', reference })));
  }
}

async function locked(tx: Tx, merchantId: string, id: string): Promise<Venue> {
  const [venue] = await tx.query<Venue>(
    `select ${VENUE_COLUMNS} from venue v where v.tenant_id = $1 and v.id = $2 and v.merchant_id = $3 for update`,
    [tx.ctx.tenantId, id, merchantId],
  );
  if (!venue) throw NotFound.with();
  return venue;
}

const columnsOf = (input: VenueInput): unknown[] => [
  input.name,
  input.status,
  input.streetAddress,
  input.zipcode,
  input.latitude,
  input.longitude,
  cellOf(input),
];

const targetOf = ({ id }: Venue) => ({ type: 'venue', id });

/** A venue as the audit trail tells of it. */
const told = ({ id: _, createdAt: __, updatedAt: ___, ...venue }: Venue): object => venue;
