import { Controller } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { HealthEndpoints } from '@tallystick/platform';

@ApiTags('Health')
@Controller('api/v1/health')
export class HealthController extends HealthEndpoints {}
