import { Controller } from '@nestjs/common';
import { WindowsEndpoints } from '@tallystick/offers';

@Controller('api/v1/conciliation/windows')
export class WindowsController extends WindowsEndpoints {}
