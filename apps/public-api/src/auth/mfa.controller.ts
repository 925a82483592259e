import { Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { MfaEndpoints } from '@tallystick/identity';

@ApiTags('Auth')
@Controller('api/v1/auth/mfa')
export class MfaController extends MfaEndpoints {}
