import type { Attempt, DueDelivery } from '@tallystick/messaging';

/** Deliveries that are fetched at a time. */
const PAGE = 250;
/** What has come back is recorded at least this often. */
const FLUSH_MS = 300;

/** A try that has come back, with the moment on the monotonic clock when it began. */
export type Tried = Omit<Attempt, 'ageMs'> & { readonly startedAt: number };

/** What a burst is made of. */
export interface BurstActs {
  /** What is due, without the deliveries in `busy`. */
  due(busy: readonly string[], limit: number): Promise<readonly DueDelivery[]>;
  call(delivery: DueDelivery): Promise<Tried>;
  /** Answers whether to go on. */
  record(attempts: readonly Attempt[], release: boolean): Promise<boolean>;
}

/** How long and how wide a burst is. */
export interface BurstLimits {
  readonly lanes: number;
  readonly calls: number;
  readonly sliceMs: number;
  readonly signal: AbortSignal;
}

/**
 * Calls in a few lanes, fetches by the page, records by the list: a slow call holds up its lane alone, and the database is asked far less
 * than once a delivery.
 */
export class DeliveryBurst {
  private readonly end: number;
  private readonly waiting: DueDelivery[] = [];
  private readonly busy = new Set<string>();
  private tried: Tried[] = [];
  private started = 0;
  private empty = false;
  private stopped = false;
  private recording: Promise<unknown> = Promise.resolve();
  private refilling?: Promise<void>;

  constructor(
    private readonly acts: BurstActs,
    private readonly limits: BurstLimits,
  ) {
    this.end = performance.now() + limits.sliceMs;
  }

  /** Ends when nothing is due, the slice is over or it was stopped. Answers whether there may be more; throws when something could not be recorded. */
  async run(): Promise<boolean> {
    let failure: unknown;
    const fail = (error: unknown): void => {
      failure ??= error;
      this.stopped = true;
    };
    const timer = setInterval(() => void this.flush(false).catch(fail), FLUSH_MS);
    await Promise.all(Array.from({ length: this.limits.lanes }, () => this.lane().catch(fail)));
    clearInterval(timer);
    await this.flush(true).catch(fail);
    if (failure !== undefined) throw failure;
    return !this.stopped && !this.empty;
  }

  private async lane(): Promise<void> {
    for (let next = await this.next(); next; next = await this.next()) {
      const tried = await this.acts.call(next);
      this.tried.push(tried); // not before: a list that is recorded meanwhile is another one afterwards
    }
  }

  private async next(): Promise<DueDelivery | undefined> {
    while (this.goesOn && this.waiting.length === 0) await (this.refilling ??= this.refill().finally(() => (this.refilling = undefined)));
    const next = this.goesOn ? this.waiting.shift() : undefined;
    if (next) {
      this.started++;
      this.busy.add(next.id);
    }
    return next;
  }

  private get goesOn(): boolean {
    if (this.stopped || this.limits.signal.aborted || this.started >= this.limits.calls || performance.now() > this.end) return false;
    return this.waiting.length > 0 || !this.empty;
  }

  private async refill(): Promise<void> {
    await this.flush(false);
    if (this.stopped) return;
    const page = await this.acts.due([...this.busy], PAGE);
    this.waiting.push(...page);
    this.empty = page.length === 0;
  }

  /** Records what has come back, one list after the other. */
  private flush(release: boolean): Promise<void> {
    const record = async (): Promise<void> => {
      const list = this.tried;
      this.tried = [];
      if (list.length === 0 && !release) return;
      const now = performance.now();
      const attempts = list.map(({ startedAt, ...attempt }) => ({ ...attempt, ageMs: Math.round(now - startedAt) }));
      if (!(await this.acts.record(attempts, release))) this.stopped = true;
      for (const { deliveryId } of list) this.busy.delete(deliveryId);
    };
    const turn = this.recording.then(record);
    this.recording = turn.catch(() => undefined);
    return turn;
  }
}
