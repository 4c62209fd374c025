import { DataTable, type Column } from '@/components/DataTable';
import { useText } from '@/i18n';
import { partsOf, type Part } from './explain';
import type { Explanation } from './types';

/** How much of the score it is, as a line below the number. */
function Bar({ share }: { share: number }) {
  return (
    <span aria-hidden="true" className="mt-1 block h-1 w-full min-w-16 overflow-hidden rounded-full bg-line">
      <span className="block h-full rounded-full bg-accent" style={{ width: `${Math.min(100, Math.max(0, share * 100))}%` }} />
    </span>
  );
}

function useBasis(explanation: Explanation): (part: Part) => string {
  const { t, format } = useText();
  return (part) => {
    const { lexical, dense } = explanation;
    if (part.name === 'lexical' && lexical)
      return t('search.explanation.lexicalBasis', { rank: lexical.rank, score: format.exact(lexical.score, 2) });
    if (part.name === 'dense' && dense)
      return t('search.explanation.denseBasis', { rank: dense.rank, score: format.exact(dense.score, 3), model: dense.model });
    if (part.name === 'coverage') return t('search.explanation.coverageBasis', { percent: format.percent(part.share) });
    return t('search.explanation.scriptBasis');
  };
}

function WordTable({ lexical }: { lexical: NonNullable<Explanation['lexical']> }) {
  const { t, format } = useText();
  const most = Math.max(...lexical.terms.map((term) => term.contribution));
  const columns: Column<(typeof lexical.terms)[number]>[] = [
    { name: 'term', label: t('search.explanation.term'), heading: true, cell: (term) => <span className="font-mono text-sm">{term.term}</span> },
    { name: 'weight', label: t('search.explanation.weight'), numeric: true, cell: (term) => format.exact(term.weight, 2) },
    {
      name: 'contribution',
      label: t('search.explanation.contribution'),
      numeric: true,
      cell: (term) => (
        <>
          {format.exact(term.contribution, 2)}
          <Bar share={most > 0 ? term.contribution / most : 0} />
        </>
      ),
    },
  ];
  return <DataTable caption={t('search.explanation.lexical')} columns={columns} rows={lexical.terms} keyOf={(term) => term.term} />;
}

/** Where a score comes from: its summands, and what each word added to the ranking by words. */
export function Explain({ explanation, score }: { explanation: Explanation; score: number }) {
  const { t, format } = useText();
  const basis = useBasis(explanation);
  const columns: Column<Part>[] = [
    { name: 'part', label: t('search.explanation.part'), heading: true, cell: (part) => t(`search.explanation.${part.name}`) },
    { name: 'basis', label: t('search.explanation.basis'), cell: basis, className: 'text-sm text-quiet' },
    { name: 'share', label: t('search.explanation.share'), numeric: true, cell: (part) => format.exact(part.share, 3) },
    { name: 'weight', label: t('search.explanation.weight'), numeric: true, cell: (part) => `× ${format.exact(part.weight, 2)}` },
    {
      name: 'adds',
      label: t('search.explanation.adds'),
      numeric: true,
      cell: (part) => (
        <>
          {`+ ${format.exact(part.amount, 3)}`}
          <Bar share={score > 0 ? part.amount / score : 0} />
        </>
      ),
    },
  ];
  return (
    <div role="group" className="mt-3 rounded-md bg-sunken px-4 py-3" aria-label={t('search.explanation.title')}>
      <DataTable caption={t('search.explanation.title')} columns={columns} rows={partsOf(explanation)} keyOf={(part) => part.name} />
      <p className="flex justify-between py-2 font-medium">
        <span>{t('search.explanation.total')}</span>
        <span className="numbers">{format.exact(score, 3)}</span>
      </p>
      {explanation.lexical && explanation.lexical.terms.length > 0 && <WordTable lexical={explanation.lexical} />}
      <p className="pt-2 text-sm text-quiet">{t(`search.explanation.fusion.${explanation.fusion}`)}</p>
    </div>
  );
}
