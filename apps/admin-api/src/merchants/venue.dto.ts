import { MERCHANT_STATUSES, type MerchantStatus, type Venue, type VenueInput } from '@tallystick/offers';
import { Choice, Moment, Text, Uuid, field, type FieldOptions } from '@tallystick/platform';

const Degrees = (most: number, options: FieldOptions): PropertyDecorator =>
  field(
    {
      name: 'degrees',
      schema: { type: 'number', minimum: -most, maximum: most },
      check: (value) => typeof value === 'number' && value >= -most && value <= most,
      message: `Must be degrees from -${most} to ${most}.`,
    },
    options,
  );
const Latitude = (options?: FieldOptions): PropertyDecorator => Degrees(90, { example: 19.4326, ...options });
const Longitude = (options?: FieldOptions): PropertyDecorator => Degrees(180, { example: -99.1332, ...options });

/** A place where a merchant sells, as it is registered. */
export class CreateVenueDto {
  @Text({
    optional: true,
    max: 128,
    description: 'Your own id of the venue, unique within the merchant; ours when left out.',
    example: 'VEN-0001',
  })
  reference?: string;

  @Text({ max: 200, example: 'Café Nero Centro' })
  name: string;

  @Choice(MERCHANT_STATUSES, { optional: true, description: 'active when left out; an inactive one is not shown.', example: 'active' })
  status?: MerchantStatus;

  @Text({ optional: true, nullable: true, max: 300, example: 'Madero 12' })
  street_address?: string | null;

  @Text({ optional: true, nullable: true, max: 20, example: '06700' })
  zipcode?: string | null;

  @Latitude()
  latitude: number;

  @Longitude()
  longitude: number;

  static toInput(dto: CreateVenueDto): VenueInput {
    const { street_address = null, zipcode = null, status = 'active', ...rest } = dto;
    return { ...rest, status, zipcode, streetAddress: street_address };
  }
}

/** What is to change of a venue; a field left out stays. */
export class UpdateVenueDto {
  @Text({ optional: true, max: 200, example: 'Café Nero Centro' })
  name?: string;

  @Choice(MERCHANT_STATUSES, { optional: true, example: 'inactive' })
  status?: MerchantStatus;

  @Text({ optional: true, nullable: true, max: 300, example: 'Madero 12' })
  street_address?: string | null;

  @Text({ optional: true, nullable: true, max: 20, example: '06700' })
  zipcode?: string | null;

  @Latitude({ optional: true })
  latitude?: number;

  @Longitude({ optional: true })
  longitude?: number;

  static toChange({ street_address, ...rest }: UpdateVenueDto): Partial<VenueInput> {
    return { ...rest, ...(street_address !== undefined && { streetAddress: street_address }) };
  }
}

/** A place where a merchant sells. */
export class VenueDto {
  @Uuid()
  id: string;

  @Uuid()
  merchant_id: string;

  @Text({ max: 128, example: 'VEN-0001' })
  reference: string;

  @Text({ max: 200, example: 'Café Nero Centro' })
  name: string;

  @Choice(MERCHANT_STATUSES, { example: 'active' })
  status: string;

  @Text({ nullable: true, max: 300, example: 'Madero 12' })
  street_address: string | null;

  @Text({ nullable: true, max: 20, example: '06700' })
  zipcode: string | null;

  @Latitude()
  latitude: number;

  @Longitude()
  longitude: number;

  @Moment()
  created_at: string;

  @Moment()
  updated_at: string;

  static from(venue: Venue): VenueDto {
    return {
      id: venue.id,
      merchant_id: venue.merchantId,
      reference: venue.reference,
      name: venue.name,
      status: venue.status,
      street_address: venue.streetAddress,
      zipcode: venue.zipcode,
      latitude: venue.latitude,
      longitude: venue.longitude,
      created_at: venue.createdAt.toISOString(),
      updated_at: venue.updatedAt.toISOString(),
    };
  }
}
