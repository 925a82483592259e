import {
  ALLOWLIST_STATUSES,
  isInside,
  parseNetwork,
  type AllowlistEntry,
  type AllowlistStatus,
  type NetworkRequest,
} from '@tallystick/identity';
import { Choice, Moment, PageQuery, Text, Uuid } from '@tallystick/platform';

const CIDR = {
  min: 2,
  max: 49,
  description: 'A network in CIDR notation, IPv4 from /8 or IPv6 from /32, or a single address.',
  example: '203.0.113.0/24',
};
const LABEL = { max: 100, description: 'What the network is called among you.', example: 'Data center, Mumbai' };
const JUSTIFICATION = {
  max: 1_000,
  description: 'Why your servers call from there; the platform reads it.',
  example: 'Outgoing addresses of our core banking servers.',
};
const STATUS = {
  description: '`requested` until the platform decides; only `approved` networks let anybody in.',
  example: 'requested',
};

export class NetworkAllowlistQuery extends PageQuery {
  @Choice(ALLOWLIST_STATUSES, { ...STATUS, optional: true })
  status?: AllowlistStatus;
}

export class CreateNetworkAllowlistDto {
  @Text(CIDR)
  cidr: string;

  @Text(LABEL)
  label: string;

  @Text(JUSTIFICATION)
  justification: string;

  static toRequest({ cidr, label, justification }: CreateNetworkAllowlistDto): NetworkRequest {
    return { cidr, label, justification };
  }
}

/** A network from which a tenant's API keys may be used, once it is approved. */
export class NetworkAllowlistEntryDto {
  @Uuid()
  id: string;

  @Text({ ...CIDR, description: 'In canonical CIDR notation.' })
  cidr: string;

  @Text(LABEL)
  label: string;

  @Text(JUSTIFICATION)
  justification: string;

  @Choice(ALLOWLIST_STATUSES, STATUS)
  status: AllowlistStatus;

  @Moment()
  requested_at: string;

  @Moment({ nullable: true, example: null })
  decided_at: string | null;

  @Text({ max: 1_000, nullable: true, description: 'What the platform says of its decision.', example: null })
  decision_reason: string | null;

  @Moment({ nullable: true, example: null })
  removed_at: string | null;

  static from(entry: AllowlistEntry): NetworkAllowlistEntryDto {
    return {
      id: entry.id,
      cidr: entry.network,
      label: entry.label,
      justification: entry.justification,
      status: entry.status,
      requested_at: entry.requestedAt.toISOString(),
      decided_at: entry.decidedAt?.toISOString() ?? null,
      decision_reason: entry.decisionReason,
      removed_at: entry.removedAt?.toISOString() ?? null,
    };
  }
}

/** A new request, with a warning where it does not hold the address it is asked from (C10.6). */
export class CreatedNetworkAllowlistEntryDto extends NetworkAllowlistEntryDto {
  @Text({ max: 60, nullable: true, description: 'The address from which this request came.', example: '198.51.100.20' })
  caller_address: string | null;

  @Text({
    max: 200,
    nullable: true,
    description: 'Said when that address is outside the network; null when it is inside.',
    example: 'Your own address 198.51.100.20 is outside this network: API keys will not work from where you are now.',
  })
  warning: string | null;

  static of(entry: AllowlistEntry, address: string | undefined): CreatedNetworkAllowlistEntryDto {
    const outside = address !== undefined && !isInside(address, [parseNetwork(entry.network)]);
    return {
      ...NetworkAllowlistEntryDto.from(entry),
      caller_address: address ?? null,
      warning: outside ? `Your own address ${address} is outside this network: API keys will not work from where you are now.` : null,
    };
  }
}
