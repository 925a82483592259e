/** What to do about an error that came out of the database driver. */
export type DatabaseFault = 'retry' | 'unavailable' | 'fault';

/** Serialization failure and deadlock: the whole function may run again. */
const RETRY = new Set(['40001', '40P01']);
/** Server going away or overloaded, time-outs of statements and locks: nothing is wrong with the request. */
const UNAVAILABLE = new Set(['57P01', '57P02', '57P03', '57014', '55P03', '53300', '53200', '25P03', '25P02']);
const NETWORK = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENOENT']);
const DRIVER_TEXT =
  /connection terminated|timeout exceeded when trying to connect|client has encountered a connection error|not queryable|driver not connected|query runner already released/i;

/** Sorts a driver's error into: worth a retry, the database is away, or a fault of ours. */
export function sortDatabaseError(error: unknown): DatabaseFault {
  const { code = '', message = '' } = (error ?? {}) as { code?: string; message?: string };
  if (RETRY.has(code)) return 'retry';
  if (UNAVAILABLE.has(code) || code.startsWith('08') || NETWORK.has(code) || DRIVER_TEXT.test(message)) return 'unavailable';
  return 'fault';
}

/** The PostgreSQL error code and constraint of an error, where it has them. */
export const constraintOf = (error: unknown): { code?: string; constraint?: string } => {
  const { code, constraint, driverError } = (error ?? {}) as {
    code?: string;
    constraint?: string;
    driverError?: { code?: string; constraint?: string };
  };
  return { code: code ?? driverError?.code, constraint: constraint ?? driverError?.constraint };
};
