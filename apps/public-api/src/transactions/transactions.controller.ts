import { Controller } from '@nestjs/common';
import { TransactionsEndpoints } from '@tallystick/loyalty';

@Controller('api/v1/transactions')
export class TransactionsController extends TransactionsEndpoints {}
