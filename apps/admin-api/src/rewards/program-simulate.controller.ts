import { Controller } from '@nestjs/common';
import { SimulateEndpoints } from '@tallystick/loyalty';

@Controller('api/v1/rewards/programs/:id/simulate')
export class ProgramSimulateController extends SimulateEndpoints {}
