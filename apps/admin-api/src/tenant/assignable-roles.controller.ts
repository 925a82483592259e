import { Controller, Get } from '@nestjs/common';
import type { TenantContext } from '@tallystick/kernel';
import { FindAssignableRoles } from '@tallystick/identity';
import { Ctx, Endpoint, UnitOfWork } from '@tallystick/platform';
import { AssignableRoleDto } from './role.dto.js';

@Controller('api/v1/tenant/assignable-roles')
export class AssignableRolesController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly assignable: FindAssignableRoles,
  ) {}

  @Get()
  @Endpoint({
    operationId: 'tenant_assignable_roles_list',
    summary: 'List assignable roles',
    description: 'The roles that you may give, from the highest rank down: none above your own, and none with a permission that you lack.',
    permission: 'users:read',
    data: [AssignableRoleDto],
  })
  async list(@Ctx() ctx: TenantContext): Promise<AssignableRoleDto[]> {
    const roles = await this.unitOfWork.read(ctx, (tx) => this.assignable.list(tx));
    return roles.map((role) => AssignableRoleDto.from(role));
  }
}
