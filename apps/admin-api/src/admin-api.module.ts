import { Module, type DynamicModule } from '@nestjs/common';
import { ComplianceModule } from '@tallystick/compliance';
import { identityEntities, IdentityModule } from '@tallystick/identity';
import { LoyaltyModule, MemberAuthModule } from '@tallystick/loyalty';
import { MessagingModule } from '@tallystick/messaging';
import { OffersModule } from '@tallystick/offers';
import { PlatformModule, type Ground } from '@tallystick/platform';
import { tenancyEntities, TenancyModule } from '@tallystick/tenancy';
import { AuditLogController } from './audit-log/audit-log.controller.js';
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
import { CardTransactionsController } from './cashback/card-transactions.controller.js';
import { MemberCashbackBalancesController } from './members/member-cashback-balances.controller.js';
import { ClaimsController } from './claims/claims.controller.js';
import { CoinCompaniesController } from './coin-companies/coin-companies.controller.js';
import { CoinEventsController } from './coin-events/coin-events.controller.js';
import { FileDropsController } from './file-drops/file-drops.controller.js';
import { FileIntake } from './files/file-intake.js';
import { FilesController } from './files/files.controller.js';
import { FundsController } from './funds/funds.controller.js';
import { DifferencesController } from './conciliation/differences.controller.js';
import { SettlementFilesController } from './conciliation/settlement-files.controller.js';
import { VerificationController } from './conciliation/verification.controller.js';
import { WindowsController } from './conciliation/windows.controller.js';
import { HealthController } from './health/health.controller.js';
import { MemberAttributesController } from './member-attributes/member-attributes.controller.js';
import { MemberErasureController } from './members/member-erasure.controller.js';
import { MemberMergeController } from './members/member-merge.controller.js';
import { MemberRelationsController } from './members/member-relations.controller.js';
import { MembersController } from './members/members.controller.js';
import { ParkedRefundsController } from './parked-refunds/parked-refunds.controller.js';
import { PlatformAuditLogController } from './platform/audit-log.controller.js';
import { NetworkAllowlistsController } from './network-allowlists/network-allowlists.controller.js';
import { PlatformInstitutionsController } from './platform/institutions.controller.js';
import { PlatformInvitationsController } from './platform/invitations.controller.js';
import { PlatformUsersController } from './platform/users.controller.js';
import { CashUserTypeController } from './members/cash-user-type.controller.js';
import { CashRedemptionConfigsController } from './rewards/cash-redemption-configs.controller.js';
import { MerchantImportsController } from './merchants/imports.controller.js';
import { VenueImportsController } from './merchants/venue-imports.controller.js';
import { OfferImportsController } from './offers/imports.controller.js';
import { MerchantsController } from './merchants/merchants.controller.js';
import { VenuesController } from './merchants/venues.controller.js';
import { OffersController } from './offers/offers.controller.js';
import { ProgramsController } from './rewards/programs.controller.js';
import { MemberTierController } from './members/member-tier.controller.js';
import { TierSchemeController } from './rewards/tier-scheme.controller.js';
import { TiersController } from './rewards/tiers.controller.js';
import { ClockController } from './sandbox/clock.controller.js';
import { SegmentsController } from './segments/segments.controller.js';
import { AssignableRolesController } from './tenant/assignable-roles.controller.js';
import { InstitutionController } from './tenant/institution.controller.js';
import { InvitationsController } from './tenant/invitations.controller.js';
import { RolesController } from './tenant/roles.controller.js';
import { UsersController } from './tenant/users.controller.js';
import { NetworkAllowlistController } from './tenant/network-allowlist.controller.js';
import { SelfApiKeysController } from './tenant/self-api-keys.controller.js';
import { BrandingController } from './tenant/branding.controller.js';
import { TenantContextController } from './tenant/tenant-context.controller.js';
import { FirstAdmins } from './tenants/first-admins.js';
import { TenantAdminsController } from './tenants/tenant-admins.controller.js';
import { TenantStatusController } from './tenants/tenant-status.controller.js';
import { TenantsController } from './tenants/tenants.controller.js';
import { TransactionsController } from './transactions/transactions.controller.js';
import { WalletAdjustmentsController } from './wallet-adjustments/wallet-adjustments.controller.js';
import { WalletStatementsController } from './wallets/wallet-statements.controller.js';
import { WalletsController } from './wallets/wallets.controller.js';
import { ProgramRulesController } from './rewards/program-rules.controller.js';
import { RuleReplaysController } from './rewards/rule-replays.controller.js';
import { ProgramSimulateController } from './rewards/program-simulate.controller.js';
import { WebhookDeliveriesController } from './webhook-deliveries/webhook-deliveries.controller.js';
import { WebhookEndpointsController } from './webhook-endpoints/webhook-endpoints.controller.js';
import { WebhookReplaysController } from './webhook-endpoints/webhook-replays.controller.js';
import { WebhookSecretsController } from './webhook-endpoints/webhook-secrets.controller.js';
import { WebhookEventTypesController } from './webhook-event-types/webhook-event-types.controller.js';

/** What tenants and the platform administer with. */
@Module({})
export class AdminApiModule {
  static forRoot(ground: Ground): DynamicModule {
    return {
      module: AdminApiModule,
      imports: [
        PlatformModule.forRoot(ground, [...tenancyEntities, ...identityEntities]),
        ComplianceModule,
        IdentityModule,
        LoyaltyModule,
        MemberAuthModule,
        MessagingModule,
        OffersModule,
        TenancyModule,
      ],
      controllers: [
        ClaimsController,
        ProgramRulesController,
        ProgramSimulateController,
        RuleReplaysController,
        DifferencesController,
        SettlementFilesController,
        VerificationController,
        WindowsController,
        HealthController,
        AuditLogController,
        PlatformAuditLogController,
        AccountController,
        AuthController,
        OwnSessionsController,
        SessionController,
        MfaController,
        EmailController,
        OtpController,
        PasswordController,
        MemberAttributesController,
        MemberErasureController,
        MemberMergeController,
        MemberRelationsController,
        MembersController,
        MerchantImportsController,
        VenueImportsController,
        OfferImportsController,
        MerchantsController,
        VenuesController,
        OffersController,
        ProgramsController,
        ClockController,
        CashRedemptionConfigsController,
        CashUserTypeController,
        FundsController,
        TierSchemeController,
        TiersController,
        MemberTierController,
        SegmentsController,
        CoinEventsController,
        CoinCompaniesController,
        AcceptInvitationsController,
        AssignableRolesController,
        InstitutionController,
        InvitationsController,
        RolesController,
        UsersController,
        PlatformInstitutionsController,
        PlatformInvitationsController,
        PlatformUsersController,
        NetworkAllowlistController,
        NetworkAllowlistsController,
        SelfApiKeysController,
        BrandFilesController,
        BrandingController,
        FileDropsController,
        FilesController,
        TenantContextController,
        TenantsController,
        TenantStatusController,
        TenantAdminsController,
        ParkedRefundsController,
        TransactionsController,
        CardTransactionsController,
        MemberCashbackBalancesController,
        WalletsController,
        WalletAdjustmentsController,
        WalletStatementsController,
        WebhookDeliveriesController,
        WebhookEndpointsController,
        WebhookReplaysController,
        WebhookSecretsController,
        WebhookEventTypesController,
      ],
      providers: [FileIntake, FirstAdmins],
    };
  }
}
