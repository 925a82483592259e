import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A bank or brand that takes part, with a live tenant and its sandbox twin. */
@Entity('organization')
export class Organization {
  @PrimaryColumn('uuid')
  id: string;

  @Column('text')
  name: string;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;
}
