/** What the person at the terminal has to act on, in one sentence; printed without a stack. */
export class CommandFailure extends Error {}
