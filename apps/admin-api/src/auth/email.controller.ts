import { Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { EmailEndpoints } from '@tallystick/identity';

@ApiTags('Auth')
@Controller('api/v1/auth/email')
export class EmailController extends EmailEndpoints {}
