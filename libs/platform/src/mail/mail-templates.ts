import type { MailTemplate } from './mail-contents.js';

/** A mail: its subject and text as Handlebars, the middle of its page as MJML with Handlebars in it. */
export interface MailTexts {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

const paragraphs = (...lines: string[]): string => lines.map((line) => `<mj-text>${line}</mj-text>`).join('\n');
const button = (label: string, link = '{{link}}'): string =>
  `<mj-button href="${link}">${label}</mj-button>\n<mj-text font-size="13px" color="#52606d">${link}</mj-text>`;

const NOT_YOU = 'If this was not you, reset your password at once and tell whoever looks after your account.';

/** Every mail that leaves the platform. `{{time x}}` shows a moment; values are escaped, whatever they hold. */
export const MAIL_TEMPLATES: Readonly<Record<MailTemplate, MailTexts>> = {
  'verify-email': {
    subject: 'Confirm your e-mail address',
    html: `${paragraphs('Hello {{name}},', 'please confirm that this is your e-mail address. The link works for {{hours}} hours.')}
      ${button('Confirm this address')}
      ${paragraphs('If you do not know why you got this mail, leave it alone: nothing happens without you.')}`,
    text: `Hello {{name}},

please confirm that this is your e-mail address. The link works for {{hours}} hours:

{{link}}

If you do not know why you got this mail, leave it alone: nothing happens without you.`,
  },
  passcode: {
    subject: 'Your one-time code',
    html: `${paragraphs('Use this code to {{purpose}}:')}
      <mj-text font-size="32px" line-height="40px" letter-spacing="6px" font-weight="bold">{{code}}</mj-text>
      ${paragraphs('It works once, for {{minutes}} minutes. Nobody of ours will ever ask you for it. If you did not ask for a code, leave this mail alone.')}`,
    text: `Use this code to {{purpose}}:

{{code}}

It works once, for {{minutes}} minutes. Nobody of ours will ever ask you for it. If you did not ask for a code, leave this mail alone.`,
  },
  'password-reset': {
    subject: 'Choose a new password',
    html: `${paragraphs('Hello {{name}},', 'somebody asked for a new password for your account. The link works once, for {{minutes}} minutes.')}
      ${button('Choose a new password')}
      ${paragraphs('If you did not ask for it, leave this mail alone: your password stays as it is.')}`,
    text: `Hello {{name}},

somebody asked for a new password for your account. The link works once, for {{minutes}} minutes:

{{link}}

If you did not ask for it, leave this mail alone: your password stays as it is.`,
  },
  'password-changed': {
    subject: 'Your password was changed',
    html: paragraphs('Hello {{name}},', 'your password was changed on {{time when}}. Other devices are signed out.', NOT_YOU),
    text: `Hello {{name}},

your password was changed on {{time when}}. Other devices are signed out.

${NOT_YOU}`,
  },
  invitation: {
    subject: 'You are invited to {{place}}',
    html: `${paragraphs('Hello,', '{{inviter}} invites you to work in {{place}} as {{role}}. The link works for {{days}} days.')}
      ${button('Accept the invitation')}
      ${paragraphs('If you do not expect this, leave this mail alone.')}`,
    text: `Hello,

{{inviter}} invites you to work in {{place}} as {{role}}. The link works for {{days}} days:

{{link}}

If you do not expect this, leave this mail alone.`,
  },
  'mfa-enabled': {
    subject: 'Your account now asks for a second factor',
    html: paragraphs(
      'Hello {{name}},',
      'since {{time when}} your account asks for a code of your authenticator app. Keep your recovery codes in a safe place.',
      NOT_YOU,
    ),
    text: `Hello {{name}},

since {{time when}} your account asks for a code of your authenticator app. Keep your recovery codes in a safe place.

${NOT_YOU}`,
  },
  'mfa-disabled': {
    subject: 'Your account no longer asks for a second factor',
    html: paragraphs('Hello {{name}},', 'since {{time when}} your password alone opens your account.', NOT_YOU),
    text: `Hello {{name}},

since {{time when}} your password alone opens your account.

${NOT_YOU}`,
  },
  'recovery-code-used': {
    subject: 'A recovery code was used',
    html: paragraphs(
      'Hello {{name}},',
      'a recovery code opened your account on {{time when}}. {{left}} of your recovery codes are left.',
      NOT_YOU,
    ),
    text: `Hello {{name}},

a recovery code opened your account on {{time when}}. {{left}} of your recovery codes are left.

${NOT_YOU}`,
  },
  'account-locked': {
    subject: 'Your account is locked for a while',
    html: paragraphs(
      'Hello {{name}},',
      'there were too many wrong passwords or codes for your account. It opens again in {{minutes}} minutes, or at once when you choose a new password.',
      'If it was not you who tried, your password was not found out. You need do nothing.',
    ),
    text: `Hello {{name}},

there were too many wrong passwords or codes for your account. It opens again in {{minutes}} minutes, or at once when you choose a new password.

If it was not you who tried, your password was not found out. You need do nothing.`,
  },
  'account-deletion-scheduled': {
    subject: 'Your account will be deleted',
    html: paragraphs(
      'Hello {{name}},',
      'your account will be deleted on {{time when}}. You can change your mind until {{time until}}: sign in and cancel the deletion.',
      'If it was not you who asked for this, sign in, cancel the deletion and choose a new password.',
    ),
    text: `Hello {{name}},

your account will be deleted on {{time when}}. You can change your mind until {{time until}}: sign in and cancel the deletion.

If it was not you who asked for this, sign in, cancel the deletion and choose a new password.`,
  },
  'account-deletion-cancelled': {
    subject: 'Your account stays',
    html: paragraphs('Hello {{name}},', 'the deletion of your account was cancelled. Everything stays as it was.', NOT_YOU),
    text: `Hello {{name}},

the deletion of your account was cancelled. Everything stays as it was.

${NOT_YOU}`,
  },
  'account-deleted': {
    subject: 'Your account was deleted',
    html: paragraphs('Hello {{name}},', 'your account was deleted as you asked. This is the last mail that you get from us.'),
    text: `Hello {{name}},

your account was deleted as you asked. This is the last mail that you get from us.`,
  },
  'webhook-endpoint-disabled': {
    subject: 'A webhook endpoint was disabled',
    html: paragraphs(
      'Hello {{name}},',
      'your webhook endpoint at {{place}} gets no more events: we stopped calling it, because {{why}}.',
      'When the receiver works again, make the endpoint active and replay what it missed. Events are kept for 90 days.',
    ),
    text: `Hello {{name}},

your webhook endpoint at {{place}} gets no more events: we stopped calling it, because {{why}}.

When the receiver works again, make the endpoint active and replay what it missed. Events are kept for 90 days.`,
  },
};
