import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ValidationFailed } from '../platform.errors.js';

/** On routes without a query or body of their own: refuses one that is sent, so that a typo is not taken for a wish (LST-07, AZN-03). */
export class RefuseUndeclared implements CanActivate {
  constructor(
    private readonly hasBody: boolean,
    private readonly hasQuery: boolean,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const { query, body } = context.switchToHttp().getRequest<FastifyRequest>();
    const names = [...(this.hasQuery ? [] : Object.keys(query as object)), ...(this.hasBody ? [] : membersOf(body))];
    if (names.length === 0) return true;
    throw ValidationFailed.with({
      errors: Object.fromEntries(names.slice(0, 50).map((name) => [name.slice(0, 100), ['This field is not known here.']])),
    });
  }
}

const membersOf = (body: unknown): string[] => {
  if (body === undefined || body === null) return [];
  return typeof body === 'object' && !Array.isArray(body) ? Object.keys(body) : ['non_field_errors'];
};
