import { Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AccountEndpoints } from '@tallystick/identity';

@ApiTags('Auth')
@Controller('api/v1/auth/account')
export class AccountController extends AccountEndpoints {}
