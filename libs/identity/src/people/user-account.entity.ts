import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A disabled person cannot sign in anywhere; of an erased one nothing is left but the id. */
export type UserStatus = 'active' | 'disabled' | 'erased';

/** A person who can sign in; people belong to the platform, their roles to its tenants. */
@Entity('user_account')
export class UserAccount {
  @PrimaryColumn('uuid')
  id: string;

  /** In lower case; unique on the platform. */
  @Column('text')
  email: string;

  @Column('text', { name: 'password_hash', select: false })
  passwordHash: string;

  @Column('text', { name: 'full_name' })
  fullName: string;

  @Column('text')
  status: UserStatus;

  /** When the person proved that the address is theirs, or whoever made the account vouched for it; null until then. */
  @Column('timestamptz', { name: 'email_verified_at', nullable: true })
  emailVerifiedAt: Date | null;

  @Column('timestamptz', { name: 'last_login_at', nullable: true })
  lastLoginAt: Date | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;
}
