import { Injectable } from '@nestjs/common';
import type { Attempt } from '@tallystick/messaging';
import { Metrics } from '@tallystick/platform';
import { Counter, Histogram } from 'prom-client';

/** The figures of webhook calls, without ids: their number is bounded (OBS-04). */
@Injectable()
export class DeliveryFigures {
  private readonly outcomes: Counter;
  private readonly durations: Histogram;

  constructor({ registry }: Metrics) {
    this.outcomes = new Counter({
      name: 'webhook_attempts_total',
      help: 'Webhook calls by what came of them',
      labelNames: ['outcome'],
      registers: [registry],
    });
    this.durations = new Histogram({
      name: 'webhook_attempt_duration_seconds',
      help: 'Duration of webhook calls',
      buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 15],
      registers: [registry],
    });
  }

  /** Counts one call. */
  count({ verdict, durationMs }: Attempt): void {
    this.outcomes.inc({ outcome: verdict.status });
    this.durations.observe(durationMs / 1_000);
  }
}
