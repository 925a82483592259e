import type { JobDefinition } from '@tallystick/platform';
import { handlersByJob } from './job-registry.js';

const job = (name: string): JobDefinition => ({ name, summary: name, schema: {}, attempts: 1 });
const handler = (name: string) => ({ job: job(name), handle: async () => undefined });

describe('the handlers of jobs', () => {
  it('are found by name', () => {
    const [one, two] = [handler('one'), handler('two')];
    expect([...handlersByJob([job('one'), job('two')], [one, two])]).toEqual([['one', one], ['two', two]]); // prettier-ignore
  });

  it('keep the worker from starting when one is missing, doubled or of no declared job', () => {
    expect(() => handlersByJob([job('one'), job('two')], [handler('two'), handler('two'), handler('three')])).toThrow(
      'the job one has no handler; the job two has 2 handlers; the job three is not declared',
    );
  });
});
