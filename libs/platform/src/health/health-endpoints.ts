import { Get, Inject } from '@nestjs/common';
import { Endpoint } from '../http/contract/endpoint.js';
import { ServiceUnavailable } from '../platform.errors.js';
import { readBuildInfo } from './build-info.js';
import { LiveDto, ReadyDto, VersionDto } from './health.dto.js';
import { Readiness } from './readiness.js';

/** The health routes, the same in every app; each app's controller of that name extends them. */
export abstract class HealthEndpoints {
  @Inject(Readiness) private readonly readiness: Readiness;
  private readonly build = readBuildInfo();

  @Get()
  @Endpoint({
    operationId: 'health_list',
    summary: 'Whether the process lives; asks nothing else',
    public: true,
    limit: 'none',
    data: LiveDto,
  })
  live(): LiveDto {
    return { status: 'ok' };
  }

  @Get('ready')
  @Endpoint({
    operationId: 'health_ready_retrieve',
    summary: 'Whether the process should get requests; names the part that fails',
    public: true,
    limit: 'none',
    data: ReadyDto,
    errors: [ServiceUnavailable],
  })
  async ready(): Promise<ReadyDto> {
    const errors = await this.readiness.ailments();
    if (Object.keys(errors).length > 0) throw ServiceUnavailable.with({ errors, retryAfter: 1 });
    return { status: 'ready', checked: this.readiness.watched };
  }

  @Get('version')
  @Endpoint({ operationId: 'health_version_retrieve', summary: 'What is running', public: true, limit: 'none', data: VersionDto })
  version(): VersionDto {
    return this.build;
  }
}
