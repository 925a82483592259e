import type { MailTemplate } from './mail-contents.js';
import { MAIL_TEMPLATES } from './mail-templates.js';
import { renderMail, type MailValues } from './render-mail.js';

const SAMPLE: MailValues = {
  name: 'Asha Rao',
  purpose: 'confirm your e-mail address',
  code: '042137',
  link: 'https://console.example.com/x#token=abc_1-2',
  hours: 24,
  minutes: 10,
  days: 7,
  left: 9,
  place: 'Demo Bank',
  why: 'nothing could be delivered for 5 days',
  inviter: 'Ravi Kumar',
  role: 'support',
  when: '2026-03-31T18:29:59Z',
  until: '2026-04-29T18:29:59Z',
};
const namesIn = (text: string): string[] => [...new Set([...text.matchAll(/\{\{(?:time )?(\w+)\}\}/g)].map(([, name]) => name!))].sort();

describe('every mail', () => {
  it.each(Object.keys(MAIL_TEMPLATES) as MailTemplate[])('%s says the same in its text and on its page', async (template) => {
    const { subject, text, html } = MAIL_TEMPLATES[template];
    expect(namesIn(html)).toEqual(namesIn(text));
    const mail = await renderMail(template, SAMPLE);
    for (const name of namesIn(text)) {
      const shown = name === 'when' ? '31 March 2026 at 18:29 UTC' : name === 'until' ? '29 April 2026 at 18:29 UTC' : String(SAMPLE[name]);
      expect(mail.text).toContain(shown);
      expect(mail.html).toContain(shown.replaceAll('=', '&#x3D;'));
    }
    expect(mail.subject).toBe(subject.replace('{{place}}', 'Demo Bank'));
    expect(`${mail.subject}${mail.text}${mail.html}`).not.toMatch(/\{\{|undefined|Invalid Date/);
  });

  it('loads nothing from other hosts', async () => {
    const { html } = await renderMail('password-reset', SAMPLE);
    const addresses = [...html.matchAll(/(?:https?:)?\/\/[^"'\s<>)]+/g)].map(([address]) => address);
    expect(addresses.filter((address) => !/console\.example\.com|www\.w3\.org|schemas-microsoft-com/.test(address))).toEqual([]);
    expect(html).not.toMatch(/<(script|img|link|iframe)/i);
  });
});

describe('a value', () => {
  const hostile = `<img src=x onerror=alert(1)>"'\`&{{code}}\r\nBcc: victim@example.com\n\nPlease visit evil.example\u2028now`;

  it('brings no markup into a page', async () => {
    const { html } = await renderMail('password-changed', { ...SAMPLE, name: hostile });
    expect(html).toContain('&lt;img src&#x3D;x onerror&#x3D;alert(1)&gt;&quot;&#x27;&#x60;&amp;{{code}}');
    expect(html).not.toMatch(/<img/);
  });

  it('brings no line of its own into text or subject, and is not read as a template', async () => {
    const { text, subject } = await renderMail('invitation', { ...SAMPLE, inviter: hostile, place: hostile });
    expect(subject).not.toMatch(/[\r\n\u2028]/);
    expect(text.split('\n').some((line) => /^(Bcc|Please)/.test(line))).toBe(false);
    expect(text).toContain('{{code}}');
    expect(text).toContain('<img src=x');
  });

  it('shows other scripts as they are', async () => {
    const mail = await renderMail('password-changed', { ...SAMPLE, name: 'आशा राव 🙂' });
    expect(mail.text).toContain('आशा राव 🙂');
    expect(mail.html).toContain('आशा राव 🙂');
  });
});
