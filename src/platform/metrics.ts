import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { Jobs } from './jobs.js';

/** Prometheus figures of this process; none carries a tenant, a person or a text. */
@Injectable()
export class Metrics {
  readonly registry = new Registry();
  readonly requests = new Histogram({
    name: 'hearback_http_request_seconds',
    help: 'Time to answer, by route and status.',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [this.registry],
  });
  readonly mails = new Counter({
    name: 'hearback_mails_total',
    help: 'Mails by outcome.',
    labelNames: ['state'] as const,
    registers: [this.registry],
  });

  constructor(jobs: Jobs, ds: DataSource) {
    collectDefaultMetrics({ register: this.registry });
    const queued = new Gauge({
      name: 'hearback_jobs_queued',
      help: 'Jobs that are promised and not done.',
      registers: [this.registry],
    });
    const dead = new Gauge({
      name: 'hearback_jobs_dead',
      help: 'Jobs that failed for good; someone must look.',
      registers: [this.registry],
    });
    new Gauge({
      name: 'hearback_jobs_oldest_due_seconds',
      help: 'How long the oldest due job has waited.',
      registers: [this.registry],
      async collect() {
        if (!ds.isInitialized) return;
        const stats = await jobs.stats();
        queued.set(stats.queued);
        dead.set(stats.dead);
        this.set(stats.oldestDueSeconds);
      },
    });
  }
}
