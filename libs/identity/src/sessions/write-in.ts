import type { RequestContext } from '@tallystick/kernel';
import type { UnitOfWork, WriteTx } from '@tallystick/platform';

/** Runs `work` in a transaction of the context's tenant, or of the platform where it has none: what people do to themselves is the same in both. */
export const writeIn = <T>(unitOfWork: UnitOfWork, ctx: RequestContext, work: (tx: WriteTx) => Promise<T>): Promise<T> => {
  const { tenantId } = ctx;
  return tenantId === null ? unitOfWork.platform({ ...ctx, tenantId }, work) : unitOfWork.run({ ...ctx, tenantId }, work);
};
