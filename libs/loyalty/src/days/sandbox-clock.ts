/** How a sandbox's clock stands; `target` is where it is going, null when it has arrived. */
export interface SandboxClock {
  readonly now: Date;
  /** How far it is ahead of the real time, in milliseconds. */
  readonly offsetMs: number;
  readonly zone: string;
  readonly target: Date | null;
}
