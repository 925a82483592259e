import { MAIL_TEMPLATES } from './mail-templates.js';
import type { MailTemplate } from './mail-contents.js';

/** A mail as it is read. */
export interface RenderedMail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** What fills a template. */
export type MailValues = Readonly<Record<string, string | number>>;

type Fill = (values: MailValues) => string;
interface CompiledMail {
  readonly subject: Fill;
  readonly text: Fill;
  readonly html: Fill;
}

const compiled = new Map<MailTemplate, Promise<CompiledMail>>();

/** Makes a mail of its template. No value can bring markup, another line or a header into it. */
export async function renderMail(template: MailTemplate, values: MailValues): Promise<RenderedMail> {
  if (!compiled.has(template)) compiled.set(template, compile(template));
  const { subject, text, html } = await compiled.get(template)!;
  const shown = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, oneLine(value)]));
  return { subject: subject(shown), text: `${text(shown)}\n`, html: html(shown) };
}

/** MJML becomes a page before any value is in it, so values never are MJML. Both packages are loaded when the first mail is made. */
async function compile(template: MailTemplate): Promise<CompiledMail> {
  const [{ default: mjml2html }, { default: handlebars }] = await Promise.all([import('mjml'), import('handlebars')]);
  const { subject, text, html } = MAIL_TEMPLATES[template];
  const page = await mjml2html(pageOf(html), { validationLevel: 'strict', fonts: {} });
  const workshop = handlebars.create();
  workshop.registerHelper('time', showTime);
  const options = { knownHelpersOnly: true, knownHelpers: { time: true } };
  return {
    subject: workshop.compile(subject, { ...options, noEscape: true }),
    text: workshop.compile(text, { ...options, noEscape: true }),
    html: workshop.compile(page.html, options),
  };
}

const pageOf = (body: string): string => `<mjml lang="en" dir="ltr">
  <mj-head>
    <mj-attributes>
      <mj-all font-family="Helvetica, Arial, sans-serif" />
      <mj-text font-size="16px" line-height="24px" color="#1f2933" />
      <mj-button background-color="#1f4e79" color="#ffffff" font-size="16px" border-radius="4px" align="left" />
    </mj-attributes>
  </mj-head>
  <mj-body background-color="#f5f7fa">
    <mj-section background-color="#ffffff" padding="24px">
      <mj-column>${body}</mj-column>
    </mj-section>
  </mj-body>
</mjml>`;

/** Control characters and line separators would let a name write a paragraph of its own. */
const oneLine = (value: string | number): string =>
  String(value)
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim();

const TIME = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' });

const showTime = (moment: string): string => `${TIME.format(new Date(moment))} UTC`;
