import { describe, expect, it } from 'vitest';
import { CodePoints } from '../src/components/text/codePoints';

describe('code points', () => {
  it('count characters beyond the basic plane once', () => {
    const points = new CodePoints('a𠀀b😀c');
    expect(points.length).toBe(5);
    expect(points.slice(1, 2)).toBe('𠀀');
    expect(points.slice(2, 4)).toBe('b😀');
  });

  it('are found in long texts as in short ones', () => {
    const text = '甲😀'.repeat(5_000);
    const points = new CodePoints(text);
    const all = [...text];
    for (const at of [0, 1, 1023, 1024, 1025, 4097, 9_999]) expect(points.slice(at, at + 1)).toBe(all[at]);
    expect(points.offset(10_000)).toBe(text.length);
    expect(points.offset(99_999)).toBe(text.length);
  });
});
