import { Controller } from '@nestjs/common';
import { WalletStatementsEndpoints } from '@tallystick/loyalty';

@Controller('api/v1/wallets/:id')
export class WalletStatementsController extends WalletStatementsEndpoints {}
