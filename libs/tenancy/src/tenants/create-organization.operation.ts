import { Injectable } from '@nestjs/common';
import { newId } from '@tallystick/kernel';
import type { WriteTx } from '@tallystick/platform';
import { Organization } from './organization.entity.js';

/** Admits an organization; its tenants follow by `CreateTenant`. Answers its id. */
@Injectable()
export class CreateOrganization {
  async execute(tx: WriteTx, { id = newId(), name }: { id?: string; name: string }): Promise<string> {
    await tx.repository(Organization).insert({ id, name });
    return id;
  }
}
