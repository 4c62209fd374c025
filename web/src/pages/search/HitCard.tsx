import { useMemo, useState } from 'react';
import { useText } from '@/i18n';
import { Explain } from './Explain';
import { excerpt, rangesOf, type Terms } from './highlight';
import { Highlighted } from './Highlighted';
import type { Hit } from './types';

const shownLength = 360; // UTF-16 units of a passage, before somebody wants all of it.

function Place({ hit }: { hit: Hit }) {
  const { t } = useText();
  const path = hit.heading_path[0] === hit.title ? hit.heading_path.slice(1) : hit.heading_path;
  const places = [hit.collection, ...(hit.page === null ? [] : [t('search.page', { page: hit.page })]), ...path];
  return (
    <p className="flex flex-wrap gap-x-1.5 text-sm text-quiet">
      {places.map((place, i) => (
        <span key={i}>
          {i > 0 && (
            <span aria-hidden="true" className="pr-1.5">
              ›
            </span>
          )}
          {place}
        </span>
      ))}
    </p>
  );
}

export function HitCard({ hit, terms, open, onOpen }: { hit: Hit; terms: Terms; open: boolean; onOpen: (hit: Hit) => void }) {
  const { t, format } = useText();
  const [whole, setWhole] = useState(false);
  const part = useMemo(() => excerpt(hit.text, rangesOf(hit.text, terms), shownLength), [hit.text, terms]);
  const cut = part.start > 0 || part.end < hit.text.length;
  return (
    <li className={`border-b border-line py-4 ${open ? '-mx-3 rounded-md bg-tint px-3' : ''}`} aria-current={open || undefined}>
      <article>
        <div className="flex items-baseline justify-between gap-4">
          <h2 className="min-w-0 font-medium">
            <button
              type="button"
              className="text-left text-accent underline-offset-4 hover:underline"
              onClick={() => onOpen(hit)}
              aria-label={t('search.open', { title: hit.title })}
            >
              <Highlighted text={hit.title} terms={terms} />
            </button>
          </h2>
          <p className="numbers shrink-0 text-sm text-quiet">{t('search.score', { score: format.exact(hit.score, 3) })}</p>
        </div>
        <Place hit={hit} />
        <p className="mt-1.5 whitespace-pre-line">
          {!whole && part.start > 0 && '… '}
          <Highlighted text={hit.text} terms={terms} {...(whole ? {} : { part })} />
          {!whole && part.end < hit.text.length && ' …'}
        </p>
        {cut && (
          <button type="button" className="mt-1 min-h-8 text-sm text-accent underline-offset-4 hover:underline" aria-expanded={whole} onClick={() => setWhole(!whole)}>
            {whole ? t('search.shorter') : t('search.passage')}
          </button>
        )}
        {hit.explanation && <Explain explanation={hit.explanation} score={hit.score} />}
      </article>
    </li>
  );
}
