import { Injectable } from '@nestjs/common';
import { Metrics } from '@tallystick/platform';
import { Counter, Histogram } from 'prom-client';

/** The figures of jobs, by their declared names (OBS-04). */
@Injectable()
export class JobFigures {
  private readonly runs: Counter;
  private readonly durations: Histogram;

  constructor({ registry }: Metrics) {
    this.runs = new Counter({
      name: 'job_runs_total',
      help: 'Runs of jobs by what came of them',
      labelNames: ['job', 'outcome'],
      registers: [registry],
    });
    this.durations = new Histogram({
      name: 'job_duration_seconds',
      help: 'Duration of runs of jobs',
      labelNames: ['job'],
      buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 30, 120],
      registers: [registry],
    });
  }

  /** Starts the clock of one run; call the answer with what came of it. */
  start(job: string): (outcome: 'done' | 'failed' | 'parked') => void {
    const stop = this.durations.startTimer({ job });
    return (outcome) => {
      stop();
      this.runs.inc({ job, outcome });
    };
  }
}
