import { Text } from '../../test/support/replay-stage.js';
import { Progress } from './progress.js';

class Terminal extends Text {
  readonly isTTY = true;
  readonly columns = 200;
}

describe('progress', () => {
  afterEach(() => jest.useRealTimers());

  it('is a bar with rate and time left on a terminal', () => {
    jest.useFakeTimers({ now: 0 });
    const terminal = new Terminal();
    const progress = new Progress(terminal);
    progress.begin(10_000, 2_000);
    jest.setSystemTime(2_000);
    progress.advance(4_000);
    jest.advanceTimersByTime(1_000);
    progress.note('the API answers 503');
    jest.advanceTimersByTime(1_000);
    progress.end();
    expect(terminal.text).toContain('20% | 2,000 of 10,000 rows');
    expect(terminal.text).toContain('60% | 6,000 of 10,000 rows | 2,000 rows/s | 2 s left');
    expect(terminal.text).toContain('| the API answers 503');
  });

  it('is a plain line every five seconds elsewhere, and one at the end', () => {
    jest.useFakeTimers({ now: 0 });
    const output = new Text();
    const progress = new Progress(output);
    progress.begin(10_000, 0);
    for (let second = 1; second <= 9; second++) {
      jest.setSystemTime(second * 1_000);
      progress.advance(1_000);
    }
    progress.end();
    expect(output.text).toBe(
      '5,000 of 10,000 rows are posted, 1,000 rows/s, 5 s left\n9,000 of 10,000 rows are posted, 1,000 rows/s, 1 s left\n',
    );
  });

  it('says the same thing only every ten seconds', () => {
    jest.useFakeTimers({ now: 0 });
    const output = new Text();
    const progress = new Progress(output);
    for (let second = 1; second <= 15; second++) {
      jest.setSystemTime(second * 1_000);
      progress.note('away');
    }
    expect(output.text).toBe('away\naway\n');
    expect(progress.standing()).toBeUndefined();
  });
});
