import { expect, test } from 'vitest';
import { htmlOf } from '../../src/page/notebook/view/text.js';

test('a text reads as Markdown', () => {
  expect(htmlOf('A *gain* of `5/3`, [why](https://example.com/a?b=1&c=2)')).toBe(
    '<p>A <em>gain</em> of <code>5/3</code>, <a href="https://example.com/a?b=1&amp;c=2">why</a></p>',
  );
});

test('a text brings no markup, no address that runs code, and no image that is fetched', () => {
  expect(htmlOf('<script>alert(1)</script> <img src=x onerror=alert(1)>')).not.toMatch(/<(?:script|img)/);
  expect(htmlOf('[press](javascript:alert(1))')).toBe('<p><a>press</a></p>');
  expect(htmlOf('[press](javascript:alert(1) "here")')).toBe('<p><a title="here">press</a></p>');
  expect(htmlOf('![a picture](https://example.com/p.png)')).toBe(
    '<p>!<a href="https://example.com/p.png">a picture</a></p>',
  );
  expect(htmlOf('![a picture][1]\n\n[1]: https://example.com/p.png')).not.toContain('<img');
  expect(htmlOf('the text <a href=""> itself')).toContain('&lt;a href=&quot;&quot;&gt;');
});
