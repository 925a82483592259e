import { Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AuthEndpoints } from '@tallystick/identity';

@ApiTags('Auth')
@Controller('api/v1/auth')
export class AuthController extends AuthEndpoints {}
