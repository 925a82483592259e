import { Module, type DynamicModule } from '@nestjs/common';
import { identityEntities, IdentityModule } from '@tallystick/identity';
import { LedgerModule } from '@tallystick/ledger';
import { LoyaltyModule, MemberAuthModule } from '@tallystick/loyalty';
import { MessagingModule } from '@tallystick/messaging';
import { OffersModule } from '@tallystick/offers';
import { PlatformModule, type Ground } from '@tallystick/platform';
import { tenancyEntities, TenancyModule } from '@tallystick/tenancy';
import { AccountController } from './auth/account.controller.js';
import { AuthController } from './auth/auth.controller.js';
import { OwnSessionsController } from './auth/own-sessions.controller.js';
import { SessionController } from './auth/session.controller.js';
import { AcceptInvitationsController } from './auth/invitations.controller.js';
import { EmailController } from './auth/email.controller.js';
import { MfaController } from './auth/mfa.controller.js';
import { OtpController } from './auth/otp.controller.js';
import { PasswordController } from './auth/password.controller.js';
import { BrandFilesController } from './brand-files/brand-files.controller.js';
import { CardBatchesController } from './cashback/card-batches.controller.js';
import { CardTransactionsController } from './cashback/card-transactions.controller.js';
import { MemberCashbackBalancesController } from './members/member-cashback-balances.controller.js';
import { ClaimsController } from './claims/claims.controller.js';
import { CoinEventsController } from './coin-events/coin-events.controller.js';
import { LOYALIFE_CONTROLLERS, LOYALIFE_PROVIDERS } from './dialects/loyalife/loyalife.parts.js';
import { ENKASH_CONTROLLERS, ENKASH_PROVIDERS } from './dialects/enkash/enkash.parts.js';
import { GAFAPAY_CONTROLLERS, GAFAPAY_PROVIDERS } from './dialects/gafapay/gafapay.parts.js';
import { VerificationController } from './conciliation/verification.controller.js';
import { WindowsController } from './conciliation/windows.controller.js';
import { REWORTH_CONTROLLERS, REWORTH_PROVIDERS } from './dialects/reworth/reworth.parts.js';
import { HealthController } from './health/health.controller.js';
import { EntriesController } from './ledger/entries.controller.js';
import { ReconciliationController } from './ledger/reconciliation.controller.js';
import { SealsController } from './ledger/seals.controller.js';
import { MemberOtpController } from './member-auth/otp.controller.js';
import { MemberSignInController } from './member-auth/token.controller.js';
import { MeController } from './member-auth/me.controller.js';
import { MemberPointsController } from './members/member-points.controller.js';
import { CredentialsCheckController } from './members/credentials-check.controller.js';
import { MemberCredentialsController } from './members/member-credentials.controller.js';
import { OtpOfMemberController } from './members/member-otp.controller.js';
import { MemberRelationsController } from './members/member-relations.controller.js';
import { MemberCashWalletsController } from './members/member-cash-wallets.controller.js';
import { MemberTokenController } from './members/member-token.controller.js';
import { MemberTierController } from './members/member-tier.controller.js';
import { MembersController } from './members/members.controller.js';
import { IntrospectController } from './oauth/introspect.controller.js';
import { RevokeController } from './oauth/revoke.controller.js';
import { TokenController } from './oauth/token.controller.js';
import { BatchesController } from './points/batches.controller.js';
import { CashController } from './points/cash.controller.js';
import { HoldsController } from './points/holds.controller.js';
import { OffersController } from './offers/offers.controller.js';
import { PointsController } from './points/points.controller.js';
import { Confirmations } from './points/confirmations.js';
import { PointsWrites } from './points/points-writes.js';
import { TenantContextController } from './tenant/tenant-context.controller.js';
import { TransactionsController } from './transactions/transactions.controller.js';
import { WalletStatementsController } from './wallets/wallet-statements.controller.js';
import { WalletsController } from './wallets/wallets.controller.js';
import { WebhookDeliveriesController } from './webhook-deliveries/webhook-deliveries.controller.js';
import { WebhookEndpointsController } from './webhook-endpoints/webhook-endpoints.controller.js';
import { WellKnownController } from './well-known/well-known.controller.js';
import { SimulateController } from './programs/simulate.controller.js';
import { WebhookReplaysController } from './webhook-endpoints/webhook-replays.controller.js';
import { WebhookSecretsController } from './webhook-endpoints/webhook-secrets.controller.js';
import { WebhookEventTypesController } from './webhook-event-types/webhook-event-types.controller.js';

/** What integrators and members call. */
@Module({})
export class PublicApiModule {
  static forRoot(ground: Ground): DynamicModule {
    return {
      module: PublicApiModule,
      imports: [
        PlatformModule.forRoot(ground, [...tenancyEntities, ...identityEntities]),
        IdentityModule,
        LedgerModule,
        LoyaltyModule,
        MemberAuthModule,
        MessagingModule,
        OffersModule,
        TenancyModule,
      ],
      controllers: [
        ClaimsController,
        SimulateController,
        VerificationController,
        WindowsController,
        HealthController,
        WellKnownController,
        TokenController,
        RevokeController,
        IntrospectController,
        AccountController,
        AuthController,
        OwnSessionsController,
        SessionController,
        AcceptInvitationsController,
        MfaController,
        EmailController,
        OtpController,
        PasswordController,
        MembersController,
        MemberTierController,
        MemberPointsController,
        CredentialsCheckController,
        MemberCredentialsController,
        OtpOfMemberController,
        MemberOtpController,
        MemberSignInController,
        MemberRelationsController,
        MemberCashWalletsController,
        MemberTokenController,
        MeController,
        OffersController,
        PointsController,
        HoldsController,
        BatchesController,
        CashController,
        CardBatchesController,
        CardTransactionsController,
        MemberCashbackBalancesController,
        CoinEventsController,
        TransactionsController,
        WalletsController,
        WalletStatementsController,
        SealsController,
        EntriesController,
        ReconciliationController,
        WebhookEndpointsController,
        WebhookDeliveriesController,
        BrandFilesController,
        TenantContextController,
        ...LOYALIFE_CONTROLLERS,
        ...ENKASH_CONTROLLERS,
        ...GAFAPAY_CONTROLLERS,
        WebhookReplaysController,
        WebhookSecretsController,
        WebhookEventTypesController,
        ...REWORTH_CONTROLLERS,
      ],
      providers: [Confirmations, PointsWrites, ...ENKASH_PROVIDERS, ...GAFAPAY_PROVIDERS, ...LOYALIFE_PROVIDERS, ...REWORTH_PROVIDERS],
    };
  }
}
