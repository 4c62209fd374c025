import { describe, expect, it } from 'vitest';
import type { Answer } from '../src/api/types';
import { blocksOf, placeOf } from '../src/components/viewer/blocks';
import { CodePoints } from '../src/components/text/codePoints';
import { history, piecesOf, withSources, type Turn } from '../src/pages/ask/conversation';
import { topicsOf } from '../src/pages/start/suggest';

const answer: Answer = {
  answer: 'Five years.\n- Daily means stay.\n\nEnd.',
  abstained: false,
  sentences: [
    { text: 'Five years.', citations: [1], supported: true },
    { text: 'Daily means stay.', citations: [1, 2], supported: true },
    { text: 'End.', citations: [], supported: false },
  ],
  citations: [
    { n: 1, document_id: 'a', external_id: 'x/faq.html', collection: 'c', title: 'FAQ', page: null, span: { start: 0, end: 4 }, quote: 'five years' },
    { n: 2, document_id: 'b', external_id: 'x/manual.pdf', collection: 'c', title: '', page: 3, span: { start: 0, end: 4 }, quote: 'daily means' },
  ],
  generator: 'extractive',
  cached: 'no',
  took_ms: 3,
  manifests: {},
};

describe('an answer', () => {
  it('keeps its line breaks between its sentences', () => {
    const pieces = piecesOf(answer);
    expect(pieces.map((piece) => piece.text).join('')).toBe(answer.answer);
    expect(pieces.filter((piece) => piece.sentence).map((piece) => piece.text)).toEqual(answer.sentences.map((sentence) => sentence.text));
  });

  it('shows sentences that do not stand in its text, after the others', () => {
    const pieces = piecesOf({ ...answer, answer: 'Five years.', sentences: answer.sentences.slice(0, 2) });
    expect(pieces.map((piece) => piece.text)).toEqual(['Five years.', ' ', 'Daily means stay.']);
  });

  it('is copied with its sources', () => {
    expect(withSources(answer, (page) => `p. ${page}`)).toBe(
      'Five years. [1]\n- Daily means stay. [1][2]\n\nEnd.\n[1] FAQ: “five years”\n[2] manual.pdf, p. 3: “daily means”',
    );
  });
});

describe('follow-up questions', () => {
  const turn = (state: Turn['state'], question: string): Turn => ({
    id: question, question, collections: [], generator: '', askedAt: 0, state, text: '', citations: [], error: null,
    answer: state === 'done' ? answer : null,
  });

  it('carry what was answered, and nothing that failed', () => {
    expect(history([turn('done', 'a'), turn('failed', 'b')])).toEqual([
      { role: 'user', content: 'a' },
      { role: 'assistant', content: answer.answer },
    ]);
  });
});

describe('the text of a document', () => {
  const text = 'Zero 😀 one\nTwo 甲\n\nthree';
  const points = new CodePoints(text);

  it('is cut into blocks that make up the whole', () => {
    const long = `${'😀'.repeat(3000)}\n${'x'.repeat(5000)}`;
    for (const whole of [text, long, '', '\n\n']) {
      const blocks = blocksOf(whole, [], new CodePoints(whole));
      expect(blocks.map((block) => whole.slice(block.start, block.end)).join('')).toBe(whole);
      for (const block of blocks) expect(whole.slice(block.start, block.end)).not.toMatch(/^[\udc00-\udfff]/);
    }
  });

  it('begins a block where a chunk begins', () => {
    const chunk = { chunk_id: '1', span: { start: 11, end: 16 }, page: 2, heading_path: [], text: 'Two 甲' };
    const block = blocksOf(text, [chunk], points).find((one) => one.chunk);
    expect(block && text.slice(block.start, block.end)).toBe('Two 甲\n');
  });

  it('shows a quote by code points', () => {
    expect(placeOf(text, points, { start: 7, end: 10 }, 'one')).toEqual({ start: 8, end: 11 });
  });

  it('finds a quote that has moved, and says when it is gone', () => {
    expect(placeOf(text, points, { start: 0, end: 3 }, 'one')).toEqual({ start: 8, end: 11 });
    expect(placeOf(text, points, { start: 0, end: 3 }, 'four')).toBeNull();
  });
});

describe('first questions', () => {
  const source = (title: string, ...headings: string[]) => ({ title, chunks: headings.map((heading) => ({ heading_path: [title, heading], text: '' })) });

  it('prefer what a document asks itself, in the script of the reader', () => {
    const sources = [source('Guide', '2 Prices', 'How long is it kept?'), source('手冊', '第四條 定期維護', '如何清洗？')];
    expect(topicsOf(sources, 'en').map(({ topic }) => topic)).toEqual(['How long is it kept?', 'Prices', '如何清洗？']);
    expect(topicsOf(sources, 'zh-Hant').map(({ topic }) => topic)).toEqual(['如何清洗？', '定期維護', 'How long is it kept?']);
  });

  it('are found among the lines of a chunk', () => {
    const chunks = [{ heading_path: ['Guide'], text: 'Guide\n\nWhy is it loud?\n\nBecause it is large.' }];
    expect(topicsOf([{ title: 'Guide', chunks }], 'en')[0]).toEqual({ topic: 'Why is it loud?', asked: true });
  });

  it('fall back to the title', () => {
    expect(topicsOf([{ title: 'Guide', chunks: [] }], 'en')).toEqual([{ topic: 'Guide', asked: false }]);
  });
});
