import { Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { OtpEndpoints } from '@tallystick/identity';

@ApiTags('Auth')
@Controller('api/v1/auth/otp')
export class OtpController extends OtpEndpoints {}
