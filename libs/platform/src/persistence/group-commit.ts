import { setImmediate } from 'node:timers/promises';
import type { TenantContext } from '@tallystick/kernel';
import { DomainError } from '@tallystick/kernel';
import { ServiceUnavailable } from '../platform.errors.js';
import type { WriteTx } from './transaction.js';
import type { UnitOfWork } from './unit-of-work.js';

interface Waiting<Input, Output> {
  ctx: TenantContext;
  input: Input;
  resolve(output: Output): void;
  reject(error: unknown): void;
}

interface Line<Input, Output> {
  queue: Waiting<Input, Output>[];
  busy: boolean;
}

/**
 * Lets calls that arrive while a list is being written wait in memory and become the next list: one transaction, one flush to disk,
 * for many callers. One list is in flight per tenant and process. A caller is answered after the commit that holds its work, never before.
 * A full queue answers 503 with Retry-After.
 */
export class GroupCommit<Input, Output> {
  private readonly lines = new Map<string, Line<Input, Output>>();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly work: (tx: WriteTx<TenantContext>, inputs: Input[]) => Promise<Output[]>,
    private readonly limits: { list: number; queue: number } = { list: 1_000, queue: 10_000 },
  ) {}

  submit(ctx: TenantContext, input: Input): Promise<Output> {
    const line = this.lines.get(ctx.tenantId) ?? { queue: [], busy: false };
    this.lines.set(ctx.tenantId, line);
    if (line.queue.length >= this.limits.queue) return Promise.reject(ServiceUnavailable.with({ retryAfter: 1 }));
    return new Promise<Output>((resolve, reject) => {
      line.queue.push({ ctx, input, resolve, reject });
      if (!line.busy) void this.drain(ctx.tenantId, line);
    });
  }

  private async drain(tenantId: string, line: Line<Input, Output>): Promise<void> {
    line.busy = true;
    while (line.queue.length > 0) {
      await this.write(line.queue.splice(0, this.limits.list));
      // Those just answered may call again at once: they join the next list instead of always missing it by a moment.
      await setImmediate();
    }
    line.busy = false;
    this.lines.delete(tenantId);
  }

  private async write(list: Waiting<Input, Output>[]): Promise<void> {
    const [first] = list as [Waiting<Input, Output>];
    try {
      const outputs = await this.unitOfWork.run(first.ctx, (tx) =>
        this.work(
          tx,
          list.map((waiting) => waiting.input),
        ),
      );
      list.forEach((waiting, index) => waiting.resolve(outputs[index] as Output));
    } catch (error) {
      // A fault of one must not be the fault of all: each then stands alone. A database that is away is everybody's.
      if (list.length === 1 || (error instanceof DomainError && error.definition.kind === 'unavailable'))
        list.forEach((waiting) => waiting.reject(error));
      else for (const waiting of list) await this.write([waiting]);
    }
  }
}
