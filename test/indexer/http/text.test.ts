import { expect } from 'chai';
import { invisibleIn, isBlank, unreadable } from '../../../indexer/http/schemas/fields/text.ts';

describe('text that people can read', () => {
  const readable = [
    ['Latin with marks', 'Café, naïve – “quoted”'],
    ['an e with a mark of its own', 'Cafe\u0301'],
    ['a family, joined', '👨‍👩‍👧‍👦'],
    ['a heart with its variation selector', '❤️'],
    ['a flag of tags', '🏴󠁧󠁢󠁥󠁮󠁧󠁿'],
    ['a keycap', '1️⃣'],
    ['Arabic', 'مرحبا بالعالم'],
    ['Persian with its non-joiner', 'می\u200cخواهم'],
    ['Hebrew beside Latin, with a mark of direction', 'שלום\u200f (2023)'],
    ['Thai with zero-width spaces', 'สวัสดี\u200bชาวโลก'],
    ['Devanagari with a joiner', 'क्\u200dष'],
    ['Japanese with its own space', '映画　第一'],
  ] as const;
  for (const [name, text] of readable) {
    it(`is ${name}`, () => {
      expect(unreadable(text)).to.equal(null);
      expect(isBlank(text)).to.equal(false);
    });
  }

  const refused = [
    ['NUL', 'a\0b', 'U+0000'],
    ['a line feed', 'a\nb', 'U+000A'],
    ['a tab', 'a\tb', 'U+0009'],
    ['an escape', '\u001b[31m', 'U+001B'],
    ['a control character of Latin-1', 'a\u0085', 'U+0085'],
    ['a line separator', 'a\u2028b', 'U+2028'],
    ['an override of direction', 'a\u202eb', 'U+202E'],
    ['an isolate that is not closed', 'a\u2067b', 'U+2067'],
    ['no character', 'a\uffff', 'U+FFFF'],
    ['a lost character', 'a\ufffd', 'U+FFFD'],
    ['half a character', 'a\ud800', 'half a character'],
  ] as const;
  for (const [name, text, why] of refused) {
    it(`has no ${name}, and the reason says so`, () => {
      expect(unreadable(text)).to.contain(why);
    });
  }

  it('may have several lines and tabs where it is long', () => {
    expect(unreadable('one\r\n\ttwo', { lines: true })).to.equal(null);
    expect(unreadable('one\0', { lines: true })).to.contain('U+0000');
  });

  it('shows something', () => {
    for (const blank of [
      '',
      ' ',
      '\u200b',
      '\u2060\ufeff',
      '\u00ad',
      '\u3164',
      '\u2800',
      '\u0301',
      '\u{e0041}',
    ])
      expect(isBlank(blank), JSON.stringify(blank)).to.equal(true);
  });

  it('has nothing invisible in a URL', () => {
    expect(invisibleIn('http://a.example/фильм?q=映画')).to.equal(null);
    for (const [found, url] of [
      ['U+200B', 'http://a.example/\u200b'],
      ['U+00AD', 'http://pay\u00adpal.example/'],
      ['U+0020', 'http://a.example/ b'],
      ['U+3164', 'http://a.example/\u3164'],
    ] as const)
      expect(invisibleIn(url)).to.equal(found);
  });
});
