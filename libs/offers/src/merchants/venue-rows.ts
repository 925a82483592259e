import { Injectable } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { readText, rejectedRow, type FieldCells, type FileField, type RowKind, type RowVerdict } from '@tallystick/loyalty';
import { NotFound, type WriteTx } from '@tallystick/platform';
import { importedRow, readChoice, readDegrees } from './import-cells.policy.js';
import { MERCHANT_STATUSES } from './merchant.js';
import { SaveVenue, type VenueFact } from './save-venue.operation.js';

/** The columns of a file of venues. */
export const VEN_FIELDS: readonly FileField[] = [
  ...['merchant_reference', 'reference', 'name', 'latitude', 'longitude'].map((name) => ({ name, required: true })),
  ...['status', 'street_address', 'zipcode'].map((name) => ({ name })),
];

/** Venues by their merchant's reference and their own: a row says all of a venue, and an empty cell that there is nothing. */
@Injectable()
export class VenueRows implements RowKind<VenueFact> {
  readonly type = 'VEN';
  readonly chunk = 1_000;
  readonly pointless = true;

  constructor(private readonly saveVenue: SaveVenue) {}

  fields(): Promise<readonly FileField[]> {
    return Promise.resolve(VEN_FIELDS);
  }

  keyOf(cells: FieldCells): string {
    return cells('reference');
  }

  read(cells: FieldCells): VenueFact {
    const orNull = (field: string, longest: number): string | null => (cells(field) === '' ? null : readText(cells(field), field, longest));
    return {
      merchantReference: readText(cells('merchant_reference'), 'merchant_reference', 128),
      reference: readText(cells('reference'), 'reference', 128),
      name: readText(cells('name'), 'name', 200),
      status: cells('status') === '' ? 'active' : readChoice(cells('status'), 'status', MERCHANT_STATUSES),
      streetAddress: orNull('street_address', 300),
      zipcode: orNull('zipcode', 20),
      latitude: readDegrees(cells('latitude'), 'latitude', 90),
      longitude: readDegrees(cells('longitude'), 'longitude', 180),
    };
  }

  async post(tx: WriteTx<TenantContext>, facts: readonly VenueFact[]): Promise<RowVerdict[]> {
    const kept = await this.saveVenue.putAll(tx, facts);
    return facts.map(({ reference }, index) => {
      const venue = kept[index];
      return venue
        ? importedRow(reference, venue.changed)
        : rejectedRow(reference, NotFound.code, 'There is no such merchant.', 'merchant_reference');
    });
  }
}
