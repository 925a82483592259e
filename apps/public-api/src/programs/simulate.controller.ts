import { Controller } from '@nestjs/common';
import { SimulateEndpoints } from '@tallystick/loyalty';

@Controller('api/v1/programs/:id/simulate')
export class SimulateController extends SimulateEndpoints {}
