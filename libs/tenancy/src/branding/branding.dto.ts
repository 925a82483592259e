import { Email, Phone, Text } from '@tallystick/platform';
import type { Branding } from './find-branding.query.js';

const Color = (options: { optional?: boolean }): PropertyDecorator =>
  Text({
    nullable: true,
    pattern: /^#[0-9A-Fa-f]{6}$/,
    min: 7,
    max: 7,
    hint: 'Must be a color, as #0A5C36.',
    example: '#0A5C36',
    ...options,
  });

const ImageAddress = (options: { optional?: boolean; description?: string }): PropertyDecorator =>
  Text({
    nullable: true,
    pattern: /^https?:\/\/[^\s"'<>\\]+$/,
    max: 2_000,
    hint: 'Must be an https address.',
    example: 'https://bank.example/logo.png',
    ...options,
  });

const FontFamily = (options: { optional?: boolean }): PropertyDecorator =>
  Text({
    nullable: true,
    pattern: /^[A-Za-z0-9][A-Za-z0-9 ,-]*$/,
    max: 100,
    hint: 'Must be names of fonts, as Noto Sans, sans-serif.',
    example: 'Noto Sans, sans-serif',
    ...options,
  });

const SenderName = (options: { optional?: boolean; description?: string }): PropertyDecorator =>
  Text({
    nullable: true,
    pattern: /^[^\u0000-\u001f\u007f-\u009f\u2028\u2029<>"@\\]+$/,
    max: 78,
    hint: 'Must be a name without < > " @ \\ and control characters, at most 78 characters.',
    example: 'Demo Bank Rewards',
    ...options,
  });

/** What of the branding is to change: what is left out stays, null takes away. */
export class SaveBrandingDto {
  @ImageAddress({ optional: true, description: 'An image elsewhere, or the address of the uploaded one.' })
  logo_url?: string | null;

  @ImageAddress({ optional: true, description: 'An image elsewhere, or the address of the uploaded one.' })
  favicon_url?: string | null;

  @Color({ optional: true })
  primary_color?: string | null;

  @Color({ optional: true })
  secondary_color?: string | null;

  @FontFamily({ optional: true })
  font_family?: string | null;

  @SenderName({ optional: true, description: 'Whom mails to people of this tenant come from.' })
  email_from_name?: string | null;

  @Email({ optional: true, nullable: true, example: 'help@bank.example' })
  support_email?: string | null;

  @Phone({ optional: true, nullable: true })
  support_phone?: string | null;

  @Text({
    optional: true,
    nullable: true,
    max: 10_000,
    description: 'Plain rules of colors, borders, spaces and fonts: no at-rules, comments, strings, escapes or addresses.',
    example: '.button { border-radius: 4px; }',
  })
  custom_css?: string | null;

  static toBranding(dto: SaveBrandingDto): Partial<Branding> {
    return {
      logoUrl: dto.logo_url,
      faviconUrl: dto.favicon_url,
      primaryColor: dto.primary_color,
      secondaryColor: dto.secondary_color,
      fontFamily: dto.font_family,
      emailFromName: dto.email_from_name,
      supportEmail: dto.support_email,
      supportPhone: dto.support_phone,
      customCss: dto.custom_css,
    };
  }
}

/** How a tenant shows itself; null where it has no wish. */
export class BrandingDto {
  @ImageAddress({})
  logo_url: string | null;

  @ImageAddress({})
  favicon_url: string | null;

  @Color({})
  primary_color: string | null;

  @Color({})
  secondary_color: string | null;

  @FontFamily({})
  font_family: string | null;

  @SenderName({})
  email_from_name: string | null;

  @Email({ nullable: true, example: 'help@bank.example' })
  support_email: string | null;

  @Phone({ nullable: true })
  support_phone: string | null;

  @Text({ nullable: true, max: 10_000, example: '.button { border-radius: 4px; }' })
  custom_css: string | null;

  static from(branding: Branding): BrandingDto {
    return {
      logo_url: branding.logoUrl,
      favicon_url: branding.faviconUrl,
      primary_color: branding.primaryColor,
      secondary_color: branding.secondaryColor,
      font_family: branding.fontFamily,
      email_from_name: branding.emailFromName,
      support_email: branding.supportEmail,
      support_phone: branding.supportPhone,
      custom_css: branding.customCss,
    };
  }
}
