import { escapePasted } from './pasted-text.js';

test.each([
  ['name=H&M&p=1', 'name=H%26M&p=1'],
  ['filters=x&name=Barnes%20&%20Noble&p=1', 'filters=x&name=Barnes%20%26%20Noble&p=1'],
  ['name=100%&p=1', 'name=100%25&p=1'],
  ['name=50%%20off&100%', 'name=50%25%20off%26100%25'],
  ['name=M&M&M&p=1', 'name=M%26M%26M&p=1'],
  ['name=H%26M&p=1', 'name=H%26M&p=1'],
  ['name=H&&p=1&flag', 'name=H&&p=1&flag'],
  ['names=1%&p=1&flag', 'names=1%&p=1&flag'],
  ['', ''],
])('%s is %s', (query, escaped) => expect(escapePasted(query, ['name'])).toBe(escaped));
