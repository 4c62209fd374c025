import type { Chunk, Span } from '@/api/types';
import { CodePoints } from '@/components/text/codePoints';

/** A stretch of the text that is shown by itself; offsets are UTF-16. */
export interface Block {
  start: number;
  end: number;
  /** The chunk that begins here. */
  chunk?: { number: number; chunk: Chunk };
}

const longest = 2_000; // Characters; a paragraph without line feeds is cut.

/** Cuts a text at its line feeds, at where chunks begin, and where a paragraph is very long: never inside a character. */
export function blocksOf(text: string, chunks: Chunk[], points: CodePoints): Block[] {
  const starts = new Map(chunks.map((chunk, i) => [points.offset(chunk.span.start), { number: i + 1, chunk }]));
  const borders = [...starts.keys()].sort((a, b) => a - b);
  const blocks: Block[] = [];
  let border = 0;
  for (let at = 0; at < text.length; ) {
    const line = text.indexOf('\n', at);
    let end = Math.min(line < 0 ? text.length : line + 1, at + longest);
    while (border < borders.length && (borders[border] ?? 0) <= at) border++;
    end = Math.min(end, borders[border] ?? text.length);
    if (end < text.length && /[\udc00-\udfff]/.test(text[end] ?? '')) end -= 1;
    if (end <= at) end = at + 1;
    const chunk = starts.get(at);
    blocks.push({ start: at, end, ...(chunk && { chunk }) });
    at = end;
  }
  return blocks;
}

/** A span in UTF-16, where it holds the quote; else where the quote stands nearest to it, for another version of the text. */
export function placeOf(text: string, points: CodePoints, span: Span, quote?: string): { start: number; end: number } | null {
  const start = points.offset(span.start);
  const end = points.offset(span.end);
  if (quote === undefined || text.slice(start, end) === quote) return end > start ? { start, end } : null;
  const before = text.lastIndexOf(quote, start);
  const after = text.indexOf(quote, start);
  if (before < 0 && after < 0) return null;
  const nearest = before < 0 || (after >= 0 && after - start < start - before) ? after : before;
  return { start: nearest, end: nearest + quote.length };
}
