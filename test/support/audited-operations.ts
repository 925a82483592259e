/** What a success of an operation leaves in the audit trail. */
export interface Audited {
  /** One record of one of these acts. */
  readonly acts: readonly string[];
  /** Or none, where nothing was to be done. */
  readonly sometimes?: true;
  /** Acts of their own that it may do on the way. */
  readonly besides?: readonly string[];
}

const one = (...acts: string[]): Audited => ({ acts });
const sometimes = (...acts: string[]): Audited => ({ acts, sometimes: true });

/** Proves a second factor on the way, which a recovery code may stand for. */
const proven = (...acts: string[]): Audited => ({ acts, besides: ['mfa.recovery_code_used'] });
const SIGN_IN = proven('sign_in.succeeded');

/** By operationId: what is recorded. `AuditWatch` counts it in every test that calls them. */
export const AUDITED: Readonly<Record<string, Audited>> = {
  audit_log_export_retrieve: one('audit_log.exported'),
  auth_account_delete_cancel_create: one('account_deletion.cancelled'),
  auth_account_delete_create: one('account_deletion.requested'),
  auth_email_verify_create: one('email.verified'),
  auth_invitations_accept_create: one('invitation.accepted'),
  auth_logout_create: one('session.signed_out'),
  auth_mfa_disable_create: proven('mfa.disabled'),
  auth_mfa_recovery_codes_create: proven('mfa.recovery_codes_renewed'),
  auth_mfa_setup_verify_create: proven('mfa.enabled', 'mfa.replaced'),
  auth_otp_request_create: sometimes('passcode.requested'),
  auth_email_resend_create: sometimes('passcode.requested'),
  auth_password_change_create: one('password.changed'),
  auth_password_reset_create: sometimes('passcode.requested'),
  auth_password_reset_confirm_create: one('password.reset'),
  auth_profile_partial_update: one('profile.changed'),
  auth_session_login_create: SIGN_IN,
  auth_session_logout_create: one('session.signed_out'),
  auth_sessions_destroy: one('session.revoked'),
  auth_token_create: SIGN_IN,
  coin_companies_create: one('coin_company.opened'),
  coin_companies_partial_update: one('coin_company.renamed'),
  coin_companies_users_create: one('coin_user.enrolled'),
  coin_events_create: one('coin_event.created'),
  coin_events_destroy: one('coin_event.deleted'),
  coin_events_partial_update: one('coin_event.updated'),
  files_cancel_create: one('file.cancelled'),
  files_create: one('file.received'),
  files_rejected_retrieve: one('file.downloaded'),
  files_result_retrieve: one('file.downloaded'),
  funds_deposits_create: sometimes('funds.deposited'),
  members_cash_user_type_update: one('cash_user_type.set'),
  network_allowlists_approve_create: one('network.approved'),
  network_allowlists_reject_create: one('network.rejected'),
  oauth_revoke_create: sometimes('access_token.revoked'),
  platform_invitations_create: one('invitation.sent'),
  platform_invitations_resend_create: one('invitation.resent'),
  platform_invitations_revoke_create: one('invitation.revoked'),
  platform_users_partial_update: one('platform_user.role_changed'),
  platform_users_reset_mfa_create: one('mfa.reset'),
  platform_users_restore_create: one('platform_user.restored'),
  platform_users_suspend_create: one('platform_user.suspended'),
  rewards_programs_cash_redemption_configs_create: one('cash_redemption_config.created'),
  rewards_programs_cash_redemption_configs_destroy: one('cash_redemption_config.deleted'),
  rewards_programs_cash_redemption_configs_partial_update: one('cash_redemption_config.updated'),
  rewards_programs_create: one('program.created'),
  rewards_programs_delete: one('program.deleted', 'program.ended'),
  rewards_programs_partial_update: one('program.updated'),
  rewards_programs_update: one('program.updated'),
  tenant_branding_create: sometimes('branding.changed'),
  tenant_branding_favicon_create: sometimes('branding.changed'),
  tenant_branding_logo_create: sometimes('branding.changed'),
  tenant_invitations_create: one('invitation.sent'),
  tenant_invitations_resend_create: one('invitation.resent'),
  tenant_invitations_revoke_create: one('invitation.revoked'),
  tenant_network_allowlist_create: one('network.requested'),
  tenant_network_allowlist_destroy: one('network.removed'),
  tenant_roles_create: one('role.created'),
  tenant_roles_destroy: one('role.deleted'),
  tenant_roles_partial_update: one('role.changed'),
  tenant_self_api_keys_create: one('api_client.created'),
  tenant_self_api_keys_destroy: one('api_client.revoked'),
  tenant_self_api_keys_previous_secret_destroy: one('api_client.secret_removed'),
  tenant_self_api_keys_secret_create: one('api_client.secret_regenerated'),
  tenant_users_destroy: one('user.removed'),
  tenant_users_partial_update: one('user.role_changed'),
  tenant_users_restore_create: one('user.restored'),
  tenant_users_sign_out_create: one('user.signed_out'),
  tenant_users_suspend_create: one('user.suspended'),
  tenants_admin_invitations_create: one('invitation.sent'),
  tenants_create: { acts: ['organization.opened'], besides: ['invitation.sent'] },
  tenants_partial_update: sometimes('tenant.changed'),
  tenants_restore_create: one('tenant.restored'),
  tenants_suspend_create: one('tenant.suspended'),
  webhook_endpoints_create: one('webhook_endpoint.created'),
  webhook_endpoints_destroy: one('webhook_endpoint.removed'),
  webhook_endpoints_partial_update: one('webhook_endpoint.updated'),
};

/** Operations that write, or look as if they did, and leave no record: by operationId, why. */
export const NOT_AUDITED: Readonly<Record<string, string>> = {
  auth_invitations_lookup_create: 'changes nothing: what it reads is kept out of the address',
  auth_register_create: 'refuses everybody',
  auth_token_refresh_create: 'goes on with a session whose sign-in is recorded; a token used twice is recorded where it is refused',
  coin_events_allocations_create: 'the ledger is the record',
  loyalife_check_availability_create: 'changes nothing',
  loyalife_check_availability_create_lbms: 'changes nothing',
  loyalife_token_create: 'many a second; the client tells when it was last used, and refusals are recorded',
  loyalife_token_create_lbms: 'the same on the path of the vendor',
  members_create: 'the member is its record',
  members_partial_update: 'personal data, which a record for good must not hold',
  oauth_introspect_create: 'changes nothing: a token is kept out of the address',
  oauth_token_create: 'many a second; the client tells when it was last used, and refusals are recorded',
  points_batches_create: 'the ledger is the record',
  points_earn: 'the ledger is the record',
  points_holds_capture: 'the ledger is the record',
  points_holds_create: 'the ledger is the record',
  points_holds_release: 'the ledger is the record',
  points_redeem: 'the ledger is the record',
  points_redeem_to_cash: 'the ledger is the record',
  points_reverse: 'the ledger is the record',
  points_transfer: 'the ledger is the record',
  wallets_transfer_create: 'the ledger is the record',
};
