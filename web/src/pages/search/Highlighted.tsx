import { useMemo } from 'react';
import { pieces, rangesOf, type Range, type Terms } from './highlight';

interface Props {
  text: string;
  terms: Terms;
  /** Only this part is shown, without empty lines. */
  part?: Range;
}

/** A text with what was looked for marked in it; text and nothing else. */
export function Highlighted({ text, terms, part }: Props) {
  const shown = part ? text.slice(part.start, part.end).replace(/\s*\n\s*\n\s*/g, '\n') : text;
  const cut = useMemo(() => pieces(shown, rangesOf(shown, terms)), [shown, terms]);
  return <>{cut.map((piece, i) => (piece.found ? <mark key={i} className="text-ink">{piece.text}</mark> : piece.text))}</>;
}
