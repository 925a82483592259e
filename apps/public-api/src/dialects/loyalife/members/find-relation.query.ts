import { Injectable } from '@nestjs/common';
import { DomainError, isUuid, type TenantContext } from '@tallystick/kernel';
import { FindMembers, FindPrograms, type AttributeValue, type Member, type Program } from '@tallystick/loyalty';
import { NotFound, type ReadTx } from '@tallystick/platform';
import type { ProgramName } from '../loyalife.fields.js';
import { refuse } from '../loyalife.errors.js';

/** How a request names a member. */
export interface MemberKeys {
  readonly RelationReference?: string;
  readonly memberId?: string;
}

/** Finds whom and what a request of the dialect names. */
@Injectable()
export class FindRelation {
  constructor(
    private readonly members: FindMembers,
    private readonly programs: FindPrograms,
  ) {}

  /** The program of that number, code or id; the default one when none is named. Throws 999. */
  async program(tx: ReadTx<TenantContext>, name: ProgramName | undefined): Promise<Program> {
    return found(this.named(tx, name), () => refuse('999', { message: 'ProgramId names no program' }));
  }

  /** The member of that reference. Throws 103; 401 when the token is for another member; 999 when none is named. */
  async member(tx: ReadTx<TenantContext>, keys: MemberKeys, boundTo: string | undefined): Promise<Member> {
    const reference = keys.RelationReference ?? keys.memberId;
    if (reference === undefined || (keys.memberId !== undefined && keys.memberId !== reference))
      throw refuse('999', { message: 'Name the member by RelationReference, or by memberId' });
    return this.byReference(tx, reference, boundTo);
  }

  /** The same for a bare reference. */
  async byReference(tx: ReadTx<TenantContext>, reference: string, boundTo: string | undefined): Promise<Member> {
    const member = await found(this.members.byReference(tx, reference), () => refuse('103'));
    checkBinding(member, boundTo);
    return member;
  }

  /** The member of that id. */
  byId(tx: ReadTx<TenantContext>, id: string): Promise<Member> {
    return this.members.byId(tx, id);
  }

  /** The member of that number, which a profile shows as `Id`. Throws E202. */
  byNumber(tx: ReadTx<TenantContext>, number: number): Promise<Member> {
    return found(this.members.byNumber(tx, number), () => refuse('E202'));
  }

  /** The member who has a value of a unique attribute. Throws E001. */
  byAttribute(tx: ReadTx<TenantContext>, code: string, value: AttributeValue): Promise<Member> {
    return found(this.members.byUniqueAttribute(tx, code, value), () => refuse('E001'));
  }

  /** The one member with an address. Throws 103 for none, and for more than one: a code would not know to whom. */
  async byEmail(tx: ReadTx<TenantContext>, email: string, boundTo: string | undefined): Promise<Member> {
    const [member, another] = await this.members.lookUp(tx, { email });
    if (!member || another) throw refuse('103');
    checkBinding(member, boundTo);
    return member;
  }

  private named(tx: ReadTx<TenantContext>, name: ProgramName | undefined): Promise<Program> {
    if (name === undefined) return this.programs.named(tx, undefined);
    if (typeof name === 'number') return this.programs.byNumber(tx, name);
    if (isUuid(name)) return this.programs.byId(tx, name);
    return /^[1-9]\d{0,8}$/.test(name) ? this.programs.byNumber(tx, Number(name)) : this.programs.byCode(tx, name);
  }
}

/** A token that is for one member is good for no other. */
export function checkBinding({ id }: Pick<Member, 'id'>, boundTo: string | undefined): void {
  if (boundTo !== undefined && boundTo !== id) throw refuse('401', { message: 'The token is for another member' });
}

/** What `search` finds, with the dialect's own refusal where there is nothing. */
async function found<T>(search: Promise<T>, missing: () => DomainError): Promise<T> {
  try {
    return await search;
  } catch (error) {
    if (error instanceof DomainError && error.definition.code === NotFound.code) throw missing();
    throw error;
  }
}
