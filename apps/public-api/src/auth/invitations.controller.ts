import { Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { InvitationEndpoints } from '@tallystick/identity';

@ApiTags('Auth')
@Controller('api/v1/auth/invitations')
export class AcceptInvitationsController extends InvitationEndpoints {}
