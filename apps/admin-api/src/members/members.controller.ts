import { Controller } from '@nestjs/common';
import { MembersEndpoints } from '@tallystick/loyalty';

@Controller('api/v1/members')
export class MembersController extends MembersEndpoints {}
