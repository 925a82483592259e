import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How a tenant shows itself; null where it has no wish. A tenant without a row has none at all. */
@Entity('tenant_branding')
export class TenantBranding {
  @PrimaryColumn('uuid', { name: 'tenant_id' })
  tenantId: string;

  /** An https address elsewhere; never beside `logoFile`. */
  @Column('text', { name: 'logo_url', nullable: true })
  logoUrl: string | null;

  /** The name of an uploaded image, which is the hash of its bytes. */
  @Column('text', { name: 'logo_file', nullable: true })
  logoFile: string | null;

  @Column('text', { name: 'favicon_url', nullable: true })
  faviconUrl: string | null;

  @Column('text', { name: 'favicon_file', nullable: true })
  faviconFile: string | null;

  /** As `#RRGGBB`. */
  @Column('text', { name: 'primary_color', nullable: true })
  primaryColor: string | null;

  @Column('text', { name: 'secondary_color', nullable: true })
  secondaryColor: string | null;

  @Column('text', { name: 'font_family', nullable: true })
  fontFamily: string | null;

  /** Whom the tenant's mails come from, beside the address of the installation. */
  @Column('text', { name: 'email_from_name', nullable: true })
  emailFromName: string | null;

  /** Within the subset of `css.policy`. */
  @Column('text', { name: 'custom_css', nullable: true })
  customCss: string | null;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt: Date;
}
