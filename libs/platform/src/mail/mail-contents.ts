/** What mails are filled with: `data`, and what lets somebody in, which is sealed until the mail is made. Times are in ISO 8601. */
export interface MailContents {
  /** A new address wants proof. */
  'verify-email': { data: { name: string; hours: number }; secrets: { link: string } };
  /** A one-time passcode; `purpose` ends the sentence "Use this code to". */
  passcode: { data: { purpose: string; minutes: number }; secrets: { code: string } };
  'password-reset': { data: { name: string; minutes: number }; secrets: { link: string } };
  'password-changed': { data: { name: string; when: string } };
  /** `place` is the tenant or the platform, `inviter` a name. */
  invitation: { data: { place: string; inviter: string; role: string; days: number }; secrets: { link: string } };
  'mfa-enabled': { data: { name: string; when: string } };
  'mfa-disabled': { data: { name: string; when: string } };
  'recovery-code-used': { data: { name: string; when: string; left: number } };
  'account-locked': { data: { name: string; minutes: number } };
  'account-deletion-scheduled': { data: { name: string; when: string; until: string } };
  'account-deletion-cancelled': { data: { name: string } };
  'account-deleted': { data: { name: string } };
  /** `place` is the receiver's host, with what its tenant calls it; `why` ends the sentence "we stopped calling it, because". */
  'webhook-endpoint-disabled': { data: { name: string; place: string; why: string } };
}

/** The name of a template. */
export type MailTemplate = keyof MailContents;

/** What a template shows that may lie in a table. */
export type MailData<T extends MailTemplate> = MailContents[T]['data'];

/** What a template shows that may not. */
export type MailSecrets<T extends MailTemplate> = MailContents[T] extends { secrets: infer Secrets } ? Secrets : undefined;
