import { Controller, Get, Query, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { RequestContext, TenantContext } from '@tallystick/kernel';
import {
  FindCustomer,
  FindDirectory,
  memberOf,
  FindInstitution,
  InstitutionNotApproved,
  type DirectoryOffer,
  type LabelLanguage,
} from '@tallystick/offers';
import { Endpoint, NotFound, PermissionDenied, UnitOfWork, ValidationFailed, WithMeta, type ReadTx } from '@tallystick/platform';
import type { FastifyRequest } from 'fastify';
import type { BesideData } from '../reworth.envelope.js';
import { DirectoryGuests } from './guests.js';
import { ReworthDirectoryQuery } from './directory-parameters.dto.js';
import { DIRECTORY, DIRECTORY_AGAIN } from './directory.schemas.js';
import { readFilters } from './filters.policy.js';
import { showOffer, showOfferAgain } from './show-offer.js';

const USUAL_PAGE = 10;
/** Of the first version (A.2.2); the vendor's own page stacks more of the second's, each of which may be there once. */
const MOST_FILTERS = 3;

/** The vendor's page escapes nothing of what people search by. */
const PASTED = ['name', 'businessName_payload'];

/** Countries where the labels of the directory are Spanish. */
const SPANISH: ReadonlySet<string> = new Set('AR BO CL CO CR CU DO EC ES GQ GT HN MX NI PA PE PR PY SV UY VE'.split(' '));

/** Whose directory, and which version. */
interface Reading {
  readonly most: number;
  readonly show: (offer: DirectoryOffer, language: LabelLanguage) => object;
}

@ApiTags('Directory')
@Controller('reworth/v1')
export class ReworthDirectoryController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly guests: DirectoryGuests,
    private readonly institution: FindInstitution,
    private readonly offers: FindDirectory,
    private readonly customers: FindCustomer,
  ) {}

  @Get('directory')
  @Endpoint({
    operationId: 'reworth_directory_list',
    summary: 'Rewards directory',
    description:
      'Offers that hold now. Up to three filters apply in the order in which they are sent, then `sort`, then pages. Guests, without a token, ' +
      'read the directory of the institution that `fiid` names; with a token it is that of the token, and `uuid` names the customer: what they ' +
      'may like comes first where no filter sorts, and what they can earn nothing by is left out. Pages of any origin may read it as guests.',
    public: true,
    known: 'offers:read',
    anyOrigin: true,
    pastedText: PASTED,
    answer: DIRECTORY,
    errors: [NotFound, InstitutionNotApproved],
  })
  list(@Req() request: FastifyRequest, @Query() query: ReworthDirectoryQuery): Promise<WithMeta<object[]>> {
    return this.read(request, query, { most: MOST_FILTERS, show: showOffer });
  }

  @Get('directory-v2')
  @Endpoint({
    operationId: 'reworth_directory_v2_list',
    summary: 'Rewards directory, second version',
    description: 'The same with `business_type`, `socialMedia` and as many filters as there are.',
    public: true,
    known: 'offers:read',
    anyOrigin: true,
    pastedText: PASTED,
    answer: DIRECTORY_AGAIN,
    errors: [NotFound, InstitutionNotApproved],
  })
  listAgain(@Req() request: FastifyRequest, @Query() query: ReworthDirectoryQuery): Promise<WithMeta<object[]>> {
    return this.read(request, query, { most: Infinity, show: showOfferAgain });
  }

  private async read(request: FastifyRequest, query: ReworthDirectoryQuery, { most, show }: Reading): Promise<WithMeta<object[]>> {
    const { filters, place, warnings } = readFilters(query, most);
    const known = request.tallyContext;
    if (known && query.uuid === undefined) throw ValidationFailed.with({ errors: { uuid: ['This parameter is required with a token.'] } });
    const ctx = known ? tenantOf(known) : await this.guests.contextOf(request, query.fiid);
    const told = known || query.uuid === undefined ? warnings : [...warnings, 'The uuid counts with a token alone.'];
    const { epp: limit = USUAL_PAGE, p: page = 1, sort } = query;
    const asked = { filters, order: sort && ORDERS[sort] };
    return this.unitOfWork.read(ctx, async (tx) => {
      if (known && query.fiid !== undefined) await checkFiid(tx, query.fiid);
      const { country, status } = await this.institution.find(tx);
      if (status !== 'approved') throw InstitutionNotApproved.with();
      const memberId = known && (await memberOf(tx, { reference: query.uuid }))?.id;
      const wanted = { ...asked, customer: await this.customers.find(tx, memberId) };
      const keys = await this.offers.list(tx, wanted, { limit, offset: (page - 1) * limit });
      const shown = await this.offers.load(
        tx,
        keys.map(({ id }) => id),
        { place },
      );
      const language = SPANISH.has(country) ? 'es' : 'en';
      const data = shown.map((offer) => show(offer, language));
      return new WithMeta(data, besideOf(page, limit, await this.offers.count(tx, wanted), told));
    });
  }
}

/** People of the platform have no directory. */
function tenantOf(ctx: RequestContext): TenantContext {
  if (ctx.tenantId === null) throw PermissionDenied.with({ message: 'This is for people and clients of a tenant' });
  return ctx as TenantContext;
}

/** The institution is that of the token, whatever else is named (C10.4). */
async function checkFiid(tx: ReadTx<TenantContext>, fiid: string): Promise<void> {
  const { tenantId } = tx.ctx;
  const own = await tx.query('select from tenant where id = $1 and (slug = $2 or id::text = lower($2))', [tenantId, fiid]);
  if (own.length === 0) throw PermissionDenied.with({ message: 'The fiid is not that of the token' });
}

const ORDERS = { ASC: 'asc', DESC: 'desc' } as const;

function besideOf(page: number, limit: number, totalCount: number, warnings: readonly string[]): BesideData {
  const pages = Math.max(1, Math.ceil(totalCount / limit));
  const [prev, next] = [page > 1 ? Math.min(page - 1, pages) : null, page < pages ? page + 1 : null];
  const after = { pages, page, hasPrevPage: prev !== null, hasNextPage: next !== null, totalCount, prev, next };
  return { before: { message: null }, after: warnings.length > 0 ? { ...after, _dev: { warnings } } : after };
}
