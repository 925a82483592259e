import { Controller } from '@nestjs/common';
import { MemberTierEndpoints } from '@tallystick/loyalty';

@Controller('api/v1/members/:id/tier')
export class MemberTierController extends MemberTierEndpoints {}
