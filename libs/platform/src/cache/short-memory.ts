interface Memory<Value> {
  readonly since: number;
  readonly value: Promise<Value>;
}

/**
 * Remembers what a slow look-up answered, for so short a time that a change is seen by every process before anybody waits for it.
 * Calls for one key that come together share one look-up; a failed one is not remembered. Keys that hold rows of a tenant begin with
 * its id (TEN-08).
 */
export class ShortMemory<Value> {
  private readonly memories = new Map<string, Memory<Value>>();

  /**
   * @param milliseconds how long an answer is used, counted from the moment the look-up began
   * @param lookUp what is remembered
   * @param capacity most keys held; the one looked up longest ago goes first
   * @param isLasting whether an answer is worth remembering; one that is not is shared by calls that come together, and no more
   */
  constructor(
    private readonly milliseconds: number,
    private readonly lookUp: (key: string) => Promise<Value>,
    private readonly capacity = 10_000,
    private readonly isLasting: (value: Value) => boolean = () => true,
  ) {}

  get(key: string): Promise<Value> {
    const known = this.memories.get(key);
    const now = performance.now();
    if (known && now - known.since < this.milliseconds) return known.value;
    const memory: Memory<Value> = { since: now, value: this.lookUp(key) };
    this.memories.delete(key); // moves the key to the end of the line
    this.memories.set(key, memory);
    if (this.memories.size > this.capacity) this.memories.delete(this.memories.keys().next().value as string);
    const forget = (): void => void (this.memories.get(key) === memory && this.memories.delete(key));
    memory.value.then((value) => this.isLasting(value) || forget(), forget);
    return memory.value;
  }
}
