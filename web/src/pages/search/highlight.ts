/** A part of a text, in UTF-16 units, end exclusive. */
export interface Range {
  start: number;
  end: number;
}

/** Scripts that are written without spaces: their words are found by pairs of characters. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/u;
const runs = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]+|[\p{L}\p{N}\p{M}]+/gu;

const common = new Set(
  'a an and are as at be by can did do does for from has have how i if in is it its me my not of on or our so that the their they this to was we were what when where which who why will with you your'.split(' '),
);
const commonPairs = /^(什麼|甚麼|如何|怎麼|怎樣|多少|幾個|哪些|哪裡|是否|可以|請問|的時|我們|你們|以及|或者)$/;

const plain = (word: string) => word.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

/** What remains of a word without its commonest English endings, so that "cleaned" finds "cleaning". */
export function stem(word: string): string {
  const bare = plain(word);
  for (const ending of ['ings', 'ing', 'ies', 'ed', 'es', 'ly', 's', 'e'])
    if (bare.length - ending.length >= 3 && bare.endsWith(ending) && !bare.endsWith('ss'))
      return ending === 'ies' ? `${bare.slice(0, -3)}y` : undouble(bare.slice(0, -ending.length));
  return bare;
}

/** "runn" → "run" */
function undouble(word: string): string {
  return /([bdgmnprt])\1$/.test(word) && word.length > 3 ? word.slice(0, -1) : word;
}

export interface Terms {
  words: ReadonlySet<string>; // Stems.
  pairs: ReadonlySet<string>; // Of characters that are written without spaces; or single ones.
}

/** What of a query is worth finding: not its commonest words, unless it has no others. */
export function termsOf(query: string): Terms {
  const words = new Set<string>();
  const spare = new Set<string>();
  const pairs = new Set<string>();
  for (const [run] of query.normalize('NFC').matchAll(runs)) {
    if (unspaced.test(run)) {
      const characters = [...run];
      if (characters.length === 1) pairs.add(run);
      for (let i = 0; i + 1 < characters.length; ++i) pairs.add(`${characters[i]}${characters[i + 1]}`);
    } else (common.has(plain(run)) ? spare : words).add(stem(run));
  }
  const telling = new Set([...pairs].filter((pair) => !commonPairs.test(pair)));
  return { words: words.size + pairs.size > 0 ? words : spare, pairs: telling.size > 0 ? telling : pairs };
}

function pairRanges(run: string, start: number, pairs: ReadonlySet<string>): Range[] {
  const found: Range[] = [];
  const characters = [...run];
  let at = start;
  for (let i = 0; i < characters.length; ++i) {
    const one = characters[i] ?? '';
    const next = characters[i + 1] ?? '';
    const length = next && pairs.has(one + next) ? one.length + next.length : pairs.has(one) ? one.length : 0;
    const last = found.at(-1);
    if (length > 0 && last && last.end >= at) last.end = Math.max(last.end, at + length);
    else if (length > 0) found.push({ start: at, end: at + length });
    at += one.length;
  }
  return found;
}

/** Where the terms stand in a text, in order, without overlaps. */
export function rangesOf(text: string, terms: Terms): Range[] {
  const found: Range[] = [];
  for (const match of text.matchAll(runs)) {
    const [run] = match;
    if (unspaced.test(run)) found.push(...pairRanges(run, match.index, terms.pairs));
    else if (terms.words.has(stem(run))) found.push({ start: match.index, end: match.index + run.length });
  }
  return found;
}

/** The text cut where ranges begin and end. */
export function pieces(text: string, ranges: readonly Range[]): { text: string; found: boolean }[] {
  const cut: { text: string; found: boolean }[] = [];
  let at = 0;
  for (const { start, end } of ranges) {
    if (start > at) cut.push({ text: text.slice(at, start), found: false });
    cut.push({ text: text.slice(start, end), found: true });
    at = end;
  }
  if (at < text.length) cut.push({ text: text.slice(at), found: false });
  return cut;
}

const isBreak = (unit: string | undefined) => unit === undefined || /[\s。！？；，、]/u.test(unit);

/** The part of about `length` units that has most of what was found; it begins and ends between words. */
export function excerpt(text: string, ranges: readonly Range[], length: number): Range {
  if (text.length <= length * 1.25) return { start: 0, end: text.length };
  let best = { start: 0, count: -1 };
  for (const { start } of ranges.length > 0 ? ranges : [{ start: 0 }]) {
    const from = Math.max(0, Math.min(start - Math.round(length / 6), text.length - length));
    const inside = ranges.filter((range) => range.start >= from && range.end <= from + length);
    const count = new Set(inside.map((range) => stem(text.slice(range.start, range.end)))).size * 100 + inside.length;
    if (count > best.count) best = { start: from, count };
  }
  let { start } = best;
  let end = Math.min(text.length, start + length);
  for (let step = 0; step < 24 && start > 0 && !isBreak(text[start - 1]); ++step) --start;
  for (let step = 0; step < 24 && end < text.length && !isBreak(text[end]); ++step) ++end;
  // Never between the halves of one character.
  if (/[\uDC00-\uDFFF]/.test(text[start] ?? '')) --start;
  if (/[\uDC00-\uDFFF]/.test(text[end] ?? '')) ++end;
  return { start, end };
}
