import { describe, expect, it } from 'vitest';
import { partsOf } from '@/pages/search/explain';
import { facetsOf, toFilter, withoutValue, withValue } from '@/pages/search/filter';
import { excerpt, pieces, rangesOf, stem, termsOf } from '@/pages/search/highlight';
import { readScalar, readState, writeScalar, writeState } from '@/pages/search/state';
import type { Hit } from '@/pages/search/types';

const marked = (text: string, query: string) =>
  pieces(text, rangesOf(text, termsOf(query)))
    .map((piece) => (piece.found ? `[${piece.text}]` : piece.text))
    .join('');

describe('highlighting', () => {
  it('finds words in any form and case, and not inside of others', () => {
    expect(marked('Cleaning the FILTERS; filtering unclean pumps.', 'clean filter')).toBe('[Cleaning] the [FILTERS]; [filtering] unclean pumps.');
  });
  it('ignores accents', () => expect(marked('Le café de Zoë', 'cafe zoe')).toBe('Le [café] de [Zoë]'));
  it('leaves common words out unless there are no others', () => {
    expect(marked('how is the filter', 'how is the filter')).toBe('how is the [filter]');
    expect(marked('who are we', 'who are we')).toBe('[who] [are] [we]');
  });
  it('finds Chinese by pairs of characters', () => {
    expect(marked('差旅費用的報銷期限為三十天。', '差旅費報銷')).toBe('[差旅費]用的[報銷]期限為三十天。');
    expect(marked('報銷期限', '如何報銷')).toBe('[報銷]期限');
    expect(marked('水', '水')).toBe('[水]');
  });
  it('finds both in a mixed text', () => expect(marked('TL-450 的保固期為兩年', 'TL-450 保固')).toBe('[TL]-[450] 的[保固]期為兩年'));
  it('keeps every character, also of what is found in none', () => {
    for (const text of ['', '<script>alert(1)</script> & "x"', '𠮷野家的𠮷']) expect(pieces(text, rangesOf(text, termsOf('alert 𠮷野'))).map((p) => p.text).join('')).toBe(text);
  });
  it('stems the commonest endings', () => {
    expect(['cleaned', 'cleaning', 'cleans', 'clean'].map(stem)).toEqual(['clean', 'clean', 'clean', 'clean']);
    expect(['policies', 'policy', 'running', 'runs', 'glass', 'bus'].map(stem)).toEqual(['policy', 'policy', 'run', 'run', 'glass', 'bus']);
  });
});

describe('an excerpt', () => {
  const text = `${'Nothing here. '.repeat(40)}The filter is cleaned monthly. ${'Nothing there. '.repeat(40)}`;
  it('shows where most was found, in whole words', () => {
    const { start, end } = excerpt(text, rangesOf(text, termsOf('filter cleaned')), 200);
    const shown = text.slice(start, end);
    expect(shown).toContain('The filter is cleaned');
    expect(shown.length).toBeLessThan(260);
    expect(text[start - 1]).toMatch(/\s/);
  });
  it('is the whole of a short text, and the beginning where nothing was found', () => {
    expect(excerpt('short', [], 200)).toEqual({ start: 0, end: 5 });
    expect(excerpt(text, [], 200).start).toBe(0);
  });
  it('does not cut a character in half', () => {
    const rare = '𠮷'.repeat(400);
    const { start, end } = excerpt(rare, [{ start: 300, end: 302 }], 101);
    expect(rare.slice(start, end).isWellFormed()).toBe(true);
  });
});

describe('filters', () => {
  it('are what the API takes', () => {
    expect(toFilter(new Map())).toBeUndefined();
    expect(toFilter(new Map([['year', [2024]]]))).toEqual({ year: 2024 });
    expect(toFilter(new Map<string, (string | number)[]>([['year', [2024, 2025]], ['kind', ['memo']]]))).toEqual({ and: [{ year: { in: [2024, 2025] } }, { kind: 'memo' }] });
  });
  it('come and go value by value', () => {
    const some = withValue(withValue(new Map(), 'year', 2024), 'year', 2025);
    expect(withValue(some, 'year', 2024)).toBe(some);
    expect([...withoutValue(some, 'year', 2024)]).toEqual([['year', [2025]]]);
    expect(withoutValue(withoutValue(some, 'year', 2024), 'year', 2025).size).toBe(0);
  });
  it('are found in the metadata of the documents, each counted once', () => {
    const hit = (document_id: string, metadata: Record<string, unknown>) => ({ document_id, metadata }) as Hit;
    const odd = { note: 'n'.repeat(200), and: 'no', $x: 1, none: null };
    const first = { year: 2024, tags: ['x', 'y', 'x'], author: { name: 'Ada' }, same: 1, ...odd };
    const facets = facetsOf([hit('a', first), hit('a', first), hit('b', { year: 2025, tags: ['x'], same: 1 }), hit('c', { year: 2025, same: 1 })]);
    expect(facets).toEqual([
      { field: 'tags', values: [{ value: 'x', count: 2 }, { value: 'y', count: 1 }] },
      { field: 'year', values: [{ value: 2025, count: 2 }, { value: 2024, count: 1 }] },
      { field: 'author.name', values: [{ value: 'Ada', count: 1 }] },
    ]);
  });
});

describe('the address', () => {
  it('carries the whole search and back', () => {
    const state = {
      query: '差旅 & "x"',
      collections: ['a/b', 'c d'],
      mode: 'dense' as const,
      fusion: 'rrf' as const,
      limit: 50,
      explain: true,
      open: 'abc.1.2',
      conditions: new Map<string, (string | number | boolean)[]>([
        ['year', [2024, '2024']],
        ['open', [true, 'true']],
        ['名稱', ['"quoted"', 'plain']],
      ]),
    };
    expect(readState(new URLSearchParams(writeState(state).toString()))).toEqual(state);
  });
  it('is short for a plain search, and nonsense in it does no harm', () => {
    expect(writeState(readState(new URLSearchParams('q=x'))).toString()).toBe('q=x');
    expect(readState(new URLSearchParams('q=x&mode=magic&fusion=?&n=7&f.=1&explain=yes'))).toEqual(readState(new URLSearchParams('q=x')));
  });
  it('keeps the kinds of values apart', () => {
    for (const value of [1, -2.5, 1e21, true, 'true', '12', '012', '"', '', '1e3']) expect(readScalar(writeScalar(value))).toBe(value);
  });
});

describe('an explanation', () => {
  it('adds up to the score', () => {
    const standing = { rank: 1, score: 3, normalised: 0.5, weight: 0.4 };
    const parts = partsOf({ fusion: 'minmax', lexical: { ...standing, terms: [] }, dense: { ...standing, model: 'm' }, coverage: { share: 1, weight: 0.1 }, own_script_bonus: 0.05 });
    expect(parts.map((part) => part.name)).toEqual(['lexical', 'dense', 'coverage', 'script']);
    expect(parts.reduce((sum, part) => sum + part.amount, 0)).toBeCloseTo(0.55);
  });
});
