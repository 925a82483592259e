import { Controller } from '@nestjs/common';
import { CardTransactionsEndpoints } from '@tallystick/offers';

@Controller('api/v1/cashback/transactions')
export class CardTransactionsController extends CardTransactionsEndpoints {}
