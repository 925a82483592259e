import { Controller, Get, Header } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Endpoint, Metrics, OPS } from '@tallystick/platform';

@ApiTags('Operations')
@Controller('metrics')
export class MetricsController {
  constructor(private readonly metrics: Metrics) {}

  @Get()
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  @Endpoint({
    operationId: 'metrics_retrieve',
    summary: 'The figures of this process, for Prometheus',
    permission: OPS,
    unenveloped: true,
    answer: { type: 'text/plain', schema: { type: 'string' } },
  })
  get(): Promise<string> {
    return this.metrics.registry.metrics();
  }
}
