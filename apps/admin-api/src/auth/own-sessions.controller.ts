import { Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { OwnSessionsEndpoints } from '@tallystick/identity';

@ApiTags('Auth')
@Controller('api/v1/auth/sessions')
export class OwnSessionsController extends OwnSessionsEndpoints {}
