import { Body, Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { MemberErased, actingMember } from '@tallystick/loyalty';
import { ActivateOffer, FindCustomer, FindDirectory, memberOf, type BegunList, type Customer, type MemberName } from '@tallystick/offers';
import {
  Ctx,
  Cursors,
  Endpoint,
  IdPipe,
  Idempotency,
  InvalidState,
  NotFound,
  UnitOfWork,
  ValidationFailed,
  Writes,
  pageSizeOf,
  pageWindow,
  type ReadTx,
  type SealedAnswer,
  type WithMeta,
  type WriteRequest,
} from '@tallystick/platform';
import { OfferActivationDto, OfferDto } from './offer.dto.js';
import { OfferMemberDto, OfferQuery, OffersQuery } from './offers.query.js';

/** A row of a list, and where the list goes on after it. */
interface Shown {
  readonly key: ListKey;
  readonly offer: OfferDto;
}

/** For a member also as of when the list was begun: what is learnt meanwhile does not change its order. */
type ListKey = { readonly key: string; readonly id: string } & Partial<{ readonly [name in keyof BegunList]: string }>;

interface Page {
  readonly rows: Shown[];
  readonly customer: Customer | undefined;
}

/** The directory of offers, for integrators and for members, who see and change their own activations. */
@Controller('api/v1/offers')
export class OffersController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly writes: Writes,
    private readonly cursors: Cursors,
    private readonly directory: FindDirectory,
    private readonly customers: FindCustomer,
    private readonly activateOffer: ActivateOffer,
  ) {}

  @Get()
  @Endpoint({
    operationId: 'offers_list',
    summary: 'List the offers that hold now',
    description:
      'By cursor, however many they are; with `page` by numbered pages and their counts. For a member, what they may like comes first unless ' +
      'another order is asked for, each with the reason, and what they can earn nothing by any more is left out.',
    permission: 'offers:read',
    forMembers: true,
    data: [OfferDto],
    paging: 'either',
    errors: [NotFound],
  })
  async list(@Ctx() ctx: TenantContext, @Query() query: OffersQuery): Promise<WithMeta<OfferDto[]>> {
    const { place, order_of, ...asked } = OffersQuery.toQuery(query);
    const list = `offers ${order_of} for ${actingMember(ctx) ?? query.member_id ?? query.member_reference ?? 'anybody'}`;
    const after = this.cursors.read<ListKey>(ctx, list, query);
    const [keyOf, render] = [({ key }: Shown) => key, ({ offer }: Shown) => offer];
    const read = async (tx: ReadTx<TenantContext>, window: { limit: number; offset?: number }): Promise<Page> => {
      const memberId = await this.viewer(tx, query);
      // Who was nobody's member when the list was begun stays so to its end.
      const customer =
        after && after.at === undefined ? undefined : await this.customers.find(tx, memberId, after as BegunList | undefined);
      const wanted = { ...asked, customer };
      const keys = await this.directory.list(tx, wanted, { ...window, after });
      const offers = await this.directory.load(tx, keys.map(({ id }) => id), { memberId, customer, place }); // prettier-ignore
      const rows = offers.map((offer, index) => ({
        key: { ...keys[index]!, ...(customer && { at: customer.at, generation: customer.generation }) },
        offer: OfferDto.from(offer, { available: true, language: query.language }),
      }));
      return { rows, customer };
    };
    if (query.page === undefined) {
      const { rows } = await this.unitOfWork.read(ctx, (tx) => read(tx, { limit: pageSizeOf(query) + 1 }));
      return this.cursors.page(ctx, list, query, rows, keyOf, render);
    }
    const { rows, total } = await this.unitOfWork.read(ctx, async (tx) => {
      const { rows, customer } = await read(tx, pageWindow(query));
      return { rows, total: await this.directory.count(tx, { ...asked, customer }) };
    });
    return this.cursors.numbered(ctx, list, query, rows, total, keyOf, render);
  }

  @Get(':id')
  @Endpoint({
    operationId: 'offers_retrieve',
    summary: 'Get an offer, whether it holds now or did before',
    permission: 'offers:read',
    forMembers: true,
    data: OfferDto,
    errors: [NotFound],
  })
  get(@Ctx() ctx: TenantContext, @Param('id', IdPipe) id: string, @Query() query: OfferQuery): Promise<OfferDto> {
    return this.unitOfWork.read(ctx, async (tx) => {
      const memberId = await this.viewer(tx, query);
      const [offer] = await this.directory.load(tx, [id], { memberId, customer: await this.customers.find(tx, memberId) });
      if (!offer) throw NotFound.with();
      const available = (await this.directory.holding(tx, [id])).has(id);
      return OfferDto.from(offer, { available, language: query.language });
    });
  }

  @Post(':id/activate')
  @Endpoint({
    operationId: 'offers_member_activate_create',
    summary: 'Activate an offer for a member',
    description: 'Doing it again changes nothing. Who is named by a reference that is new is enrolled, as by a first purchase.',
    permission: 'offers:activate',
    forMembers: true,
    data: OfferActivationDto,
    errors: [NotFound, InvalidState, MemberErased],
    bodyExample: { member_reference: 'CUST-1001' },
  })
  activate(
    @Ctx() ctx: TenantContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
    @Body() body: OfferMemberDto,
  ): Promise<SealedAnswer> {
    const member = readMember(ctx, body);
    return this.writes.run(ctx, request, async (tx) => ({
      status: 200,
      data: OfferActivationDto.from(await this.activateOffer.activate(tx, id, member)),
    }));
  }

  @Delete(':id/activate')
  @Endpoint({
    operationId: 'offers_member_activate_destroy',
    summary: 'Take the activation of an offer back',
    description: 'What was earned by it stays earned.',
    permission: 'offers:activate',
    forMembers: true,
    errors: [NotFound],
  })
  deactivate(
    @Ctx() ctx: TenantContext,
    @Idempotency() request: WriteRequest,
    @Param('id', IdPipe) id: string,
    @Query() query: OfferMemberDto,
  ): Promise<SealedAnswer> {
    const member = readMember(ctx, query);
    return this.writes.run(ctx, request, async (tx) => {
      await this.activateOffer.deactivate(tx, id, member);
      return { status: 200, data: null };
    });
  }

  /** For whom offers are shown, if for anybody. A reference that is not known yet is nobody's. Throws `not_found` for an unknown id. */
  private async viewer(tx: ReadTx<TenantContext>, named: OfferMemberDto): Promise<string | undefined> {
    if (actingMember(tx.ctx) === undefined && named.member_id === undefined && named.member_reference === undefined) return undefined;
    const name = readMember(tx.ctx, named);
    const member = await memberOf(tx, name);
    if (!member && name.id !== undefined) throw NotFound.with();
    return member?.id;
  }
}

/** The member who is named: a member themselves, else exactly one of id and reference. Throws `validation_error`, `not_found`. */
function readMember(ctx: TenantContext, { member_id, member_reference }: OfferMemberDto): MemberName {
  const own = actingMember(ctx);
  if (own !== undefined) {
    if (member_reference !== undefined) throw ValidationFailed.with({ errors: { member_reference: ['A member acts for themselves.'] } });
    if (member_id !== undefined && member_id.toLowerCase() !== own) throw NotFound.with();
    return { id: own };
  }
  if ((member_id === undefined) === (member_reference === undefined))
    throw ValidationFailed.with({ errors: { member_id: ['Give either member_id or member_reference.'] } });
  return member_id === undefined ? { reference: member_reference } : { id: member_id };
}
