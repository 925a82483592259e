import { Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { SessionEndpoints } from '@tallystick/identity';

@ApiTags('Auth')
@Controller('api/v1/auth/session')
export class SessionController extends SessionEndpoints {}
