import type { Citation } from '@/api/types';
import { Tooltip } from '@/components/Tooltip';
import { useText } from '@/i18n';
import { documentName } from '@/components/documentName';

const longestQuote = 600;

function QuotePreview({ citation }: { citation: Citation }) {
  const { t } = useText();
  const { title, external_id, page, quote } = citation;
  return (
    <span className="block">
      <span className="block font-medium">
        {documentName({ title, external_id })}
        {page ? ` · ${t('viewer.page', { page })}` : ''}
      </span>
      <span className="mt-1 line-clamp-8 block border-l-2 border-accent pl-2">{quote.slice(0, longestQuote)}</span>
    </span>
  );
}

/** The number of a source inside an answer. */
export function CitationChip({ citation, current, onOpen }: { citation: Citation; current: boolean; onOpen: (citation: Citation) => void }) {
  const { t } = useText();
  return (
    <Tooltip content={<QuotePreview citation={citation} />}>
      <button
        type="button"
        aria-label={t('ask.citation', { n: citation.n, title: documentName(citation) })}
        aria-pressed={current}
        onClick={() => onOpen(citation)}
        className={`numbers relative mx-0.5 inline-flex h-5 min-w-5 items-center justify-center rounded px-1 align-[0.1em] text-xs font-medium before:absolute before:-inset-1 ${
          current ? 'bg-accent text-on-accent' : 'bg-tint text-accent hover:bg-accent hover:text-on-accent'
        }`}
      >
        {citation.n}
      </button>
    </Tooltip>
  );
}
