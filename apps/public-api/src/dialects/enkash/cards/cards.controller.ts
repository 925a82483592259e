import { Body, Controller, Post } from '@nestjs/common';
import { ApiHeader, ApiTags } from '@nestjs/swagger';
import { parseDecimal, type TenantContext } from '@tallystick/kernel';
import { CardAccounts, FindMembers, IssueMemberToken, maskedNumber, type Card, type CoinCompany, type Member } from '@tallystick/loyalty';
import { Endpoint, InvalidState, NotFound, UnitOfWork, ValidationFailed } from '@tallystick/platform';
import { NotThere } from '../enkash.errors.js';
import { PARTNER_HEADER, PartnerCtx } from '../enkash.caller.js';
import { EnkashCardAccountDto, EnkashSearchDto, EnkashSsoDto, EnkashTransactionsDto } from './cards.dto.js';
import { CARD_ACCOUNT, SSO, TRANSACTIONS, USERS } from './cards.schemas.js';

/** Card accounts, their users and what moved on their cards. */
@ApiTags('Cards')
@ApiHeader(PARTNER_HEADER)
@Controller('api/v0/partner/enKashCard')
export class EnkashCardsController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly accounts: CardAccounts,
    private readonly members: FindMembers,
    private readonly issueMemberToken: IssueMemberToken,
  ) {}

  @Post('sso-token')
  @Endpoint({
    operationId: 'enkash_sso_token_create',
    summary: 'Get an access token of a user, for what is their own',
    permission: 'members:write',
    answer: SSO,
    errors: [NotThere, InvalidState],
    bodyExample: { companyId: 'CEK0TCW2W8', cardAccountId: 'CAQ7ZKX41M', enkashCardId: 'EKC55J2V9Q' },
  })
  sso(@PartnerCtx() ctx: TenantContext, @Body() body: EnkashSsoDto): Promise<object> {
    return this.unitOfWork.run(ctx, async (tx) => {
      const { company, program } = await this.accounts.account(tx, body.companyId, body.cardAccountId);
      const [card] = await this.accounts.cards(tx, company.id, program, { cardId: body.enkashCardId, limit: 1, offset: 0 });
      if (!card) throw NotFound.with({ errors: { enkashCardId: ['No such card of this company.'] } });
      const { access_token } = await this.issueMemberToken.execute(tx, card.user.memberId);
      return { access_token };
    });
  }

  @Post('cardAccount/get')
  @Endpoint({
    operationId: 'enkash_card_account_retrieve',
    summary: 'What is on a card account',
    permission: 'points:read',
    answer: CARD_ACCOUNT,
    errors: [NotThere],
    bodyExample: { companyId: 'CEK0TCW2W8', cardAccountId: 'CAQ7ZKX41M' },
  })
  account(@PartnerCtx() ctx: TenantContext, @Body() body: EnkashCardAccountDto): Promise<object> {
    return this.unitOfWork.read(ctx, async (tx) => {
      const { company, program } = await this.accounts.account(tx, body.companyId, body.cardAccountId);
      const { balance, cards } = await this.accounts.total(tx, company.id, program);
      return {
        cardAccountId: company.cardAccountId,
        companyId: company.id,
        companyName: company.name,
        balance,
        cardCount: cards,
        program: program.name,
        status: 'ACTIVE',
        createdOn: company.createdAt.toISOString(),
      };
    });
  }

  @Post('search')
  @Endpoint({
    operationId: 'enkash_users_search',
    summary: 'The users of a card account and their cards',
    permission: 'members:read',
    answer: USERS,
    errors: [NotThere],
    bodyExample: { companyId: 'CEK0TCW2W8', cardAccountId: 'CAQ7ZKX41M' },
  })
  search(@PartnerCtx() ctx: TenantContext, @Body() body: EnkashSearchDto): Promise<object[]> {
    return this.unitOfWork.read(ctx, async (tx) => {
      const { company, program } = await this.accounts.account(tx, body.companyId, body.cardAccountId);
      const window = { cardId: body.enKashCardId, limit: body.limit ?? 20, offset: body.offset ?? 0 };
      const users: object[] = [];
      for (const card of await this.accounts.cards(tx, company.id, program, window))
        users.push(showUser(card, await this.members.byId(tx, card.user.memberId), company));
      return users;
    });
  }

  @Post('transaction/all')
  @Endpoint({
    operationId: 'enkash_transactions_search',
    summary: 'What moved on the cards of a company, the latest first',
    permission: 'transactions:read',
    answer: TRANSACTIONS,
    errors: [NotThere],
    bodyExample: { companyId: 'CEK0TCW2W8', cardAccountId: 'CAQ7ZKX41M', cardTransactionType: 'CR' },
  })
  transactions(@PartnerCtx() ctx: TenantContext, @Body() body: EnkashTransactionsDto): Promise<object[]> {
    return this.unitOfWork.read(ctx, async (tx) => {
      const { company, program } = await this.accounts.account(tx, body.companyId, body.cardAccountId);
      if (body.companyName !== undefined && body.companyName !== company.name) return [];
      const amount = (name: 'amountFrom' | 'amountTo'): bigint | undefined => {
        const given = body[name];
        if (given === undefined) return undefined;
        const units = parseDecimal(given, program.scale);
        if (typeof units !== 'bigint')
          throw ValidationFailed.with({ errors: { [name]: [`Must have at most ${program.scale} decimals.`] } });
        return units;
      };
      const movements = await this.accounts.movements(tx, program, {
        companyId: company.id,
        userId: body.userId,
        cardId: body.enKashCardId,
        reference: body.pgReferenceNumber,
        numbers: body.enKashTransactionIds?.filter((id) => /^\d{1,18}$/.test(id)),
        direction: body.cardTransactionType && (body.cardTransactionType === 'CR' ? 'in' : 'out'),
        amountFrom: amount('amountFrom'),
        amountTo: amount('amountTo'),
        from: moment(body.txnDateFrom),
        to: moment(body.txnDateTo),
        limit: body.limit ?? 20,
        offset: body.offset ?? 0,
      });
      return movements.map((movement) => ({
        enkashCardTxnId: movement.number,
        enKashCardId: movement.cardId,
        cardAccountId: company.cardAccountId,
        companyId: company.id,
        ekUserId: movement.userId,
        cardTransactionType: movement.points > 0 ? 'CR' : 'DR',
        transactionCode: CODES[movement.kind] ?? movement.kind.toUpperCase(),
        amount: Math.abs(movement.points),
        balance: movement.balanceAfter,
        pgReferenceNumber: movement.reference,
        description: movement.narration,
        status: 'SUCCESS',
        txnDate: movement.at.toISOString(),
      }));
    });
  }
}

const moment = (text: string | undefined): Date | undefined => (text === undefined ? undefined : new Date(text));

const CODES: Readonly<Record<string, string>> = { earn: 'ALLOCATION', adjust: 'ALLOCATION', redeem: 'REDEMPTION', capture: 'REDEMPTION' };

const showUser = ({ user, balance }: Card, member: Member, company: CoinCompany): object => ({
  ekUserId: user.id,
  companyId: company.id,
  cardAccountId: company.cardAccountId,
  name: member.full_name,
  email: member.email,
  mobile: member.phone_number,
  status: member.status.toUpperCase(),
  cards: [{ enKashCardId: user.cardId, maskedNumber: maskedNumber(user.cardId), otbBalance: balance }],
});
