import { Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { PasswordEndpoints } from '@tallystick/identity';

@ApiTags('Auth')
@Controller('api/v1/auth/password')
export class PasswordController extends PasswordEndpoints {}
