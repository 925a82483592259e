import { Controller } from '@nestjs/common';
import { WalletsEndpoints } from '@tallystick/loyalty';

@Controller('api/v1/wallets')
export class WalletsController extends WalletsEndpoints {}
