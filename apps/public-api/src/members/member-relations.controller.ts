import { Controller } from '@nestjs/common';
import { MemberRelationsEndpoints } from '@tallystick/loyalty';

@Controller('api/v1/members/:id/relations')
export class MemberRelationsController extends MemberRelationsEndpoints {}
