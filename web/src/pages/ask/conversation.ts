import type { Answer, AnswerSentence, Citation } from '@/api/types';
import type { ApiError } from '@/api/problem';
import { documentName } from '@/components/documentName';

/** How far a turn has come. `interrupted`: the page went away before the answer was complete. */
export type TurnState = 'asking' | 'done' | 'stopped' | 'failed' | 'interrupted';

export interface TurnError {
  status: number;
  type: string;
  title: string;
  detail: string;
  requestId: string | null;
}

export interface Turn {
  id: string;
  question: string;
  collections: string[]; // Empty: all.
  generator: string; // Empty: the server's choice.
  askedAt: number;
  state: TurnState;
  text: string; // As far as it has come.
  citations: Citation[];
  answer: Answer | null;
  error: TurnError | null;
}

export interface Conversation {
  id: string;
  owner: string;
  title: string;
  updatedAt: number;
  turns: Turn[];
}

export const errorOfTurn = ({ status, type, title, detail, requestId }: ApiError): TurnError => ({ status, type, title, detail, requestId });

/** A stretch of an answer: a sentence with what stands behind it, or what stands between two sentences. */
export interface Piece {
  text: string;
  sentence: Omit<AnswerSentence, 'text'> | null;
}

/** The answer with its line breaks, cut where its sentences begin and end. */
export function piecesOf(answer: Answer): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const { text, ...sentence } of answer.sentences) {
    const found = answer.answer.indexOf(text, at);
    if (found > at) pieces.push({ text: answer.answer.slice(at, found), sentence: null });
    if (found < 0 && pieces.length > 0) pieces.push({ text: ' ', sentence: null });
    pieces.push({ text, sentence });
    if (found >= 0) at = found + text.length;
  }
  if (at < answer.answer.length) pieces.push({ text: answer.answer.slice(at), sentence: null });
  return pieces;
}

const longest = 8_000; // Characters of a turn that the server takes.

/** The earlier turns, as the server takes them. */
export function history(turns: Turn[]): { role: 'user' | 'assistant'; content: string }[] {
  return turns
    .filter((turn) => turn.state === 'done' && turn.answer)
    .slice(-6)
    .flatMap((turn) => [
      { role: 'user' as const, content: turn.question.slice(0, longest) },
      ...(turn.answer?.answer ? [{ role: 'assistant' as const, content: turn.answer.answer.slice(0, longest) }] : []),
    ]);
}

/** For the clipboard: the answer, then its sources. `pageOf` says "page 3" in the reader's language. */
export function withSources(answer: Answer, pageOf: (page: number) => string): string {
  const body = piecesOf(answer)
    .map(({ text, sentence }) => text + (sentence?.citations.length ? ` ${sentence.citations.map((n) => `[${n}]`).join('')}` : ''))
    .join('');
  const sources = answer.citations.map(({ n, title, external_id, page, quote }) => {
    const where = [documentName({ title, external_id }), ...(page ? [pageOf(page)] : [])].join(', ');
    return `[${n}] ${where}: “${quote.trim()}”`;
  });
  return [body, ...sources].join('\n');
}
