/** The part of autocannon that the bench uses; the package brings no types. */
declare module 'autocannon' {
  interface Request {
    method: string;
    path: string;
    headers: Record<string, string>;
    body?: string;
    setupRequest?(request: Request): Request;
  }
  interface Result {
    '2xx': number;
    non2xx: number;
    errors: number;
    start: Date;
    finish: Date;
    latency: { p50: number; p99: number };
  }
  export default function autocannon(options: {
    url: string;
    connections: number;
    duration: number;
    sampleInt: number;
    requests: Request[];
  }): PromiseLike<Result>;
}
