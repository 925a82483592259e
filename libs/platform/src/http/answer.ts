import type { Success } from './envelope.js';

/** What the work of a write has to say. `replayed` marks an answer that a natural key found, not new work. */
export interface Answer extends Success {
  readonly replayed?: boolean;
  /** The answer shows a secret this once: what is kept of it under the caller's key is encrypted. Only by `Writes.run`. */
  readonly secret?: boolean;
}

/** A finished answer: the exact bytes that go out, and that a repeat with the same key gets again (C5.2). */
export class SealedAnswer {
  constructor(
    readonly status: number,
    readonly text: string,
    readonly replayed = false,
  ) {}
}

/** A read's answer whose data is too much to be held: its JSON comes in pieces, and goes out in the envelope as it comes. */
export class StreamedData {
  constructor(readonly pieces: AsyncIterable<string>) {}
}

/** A read's answer with `meta` beside its data, as the pagination of a list. */
export class WithMeta<T> {
  constructor(
    readonly data: T,
    readonly meta: object,
  ) {}
}
