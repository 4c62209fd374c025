import { CloseIcon, FilterIcon } from '@/components/icons';
import { useText } from '@/i18n';
import { facetsOf, withoutValue, withValue, type Conditions } from './filter';
import type { Hit, Scalar } from './types';

interface Props {
  conditions: Conditions;
  hits: readonly Hit[];
  onChange: (conditions: Conditions) => void;
}

const chip = 'inline-flex min-h-8 max-w-full items-center gap-1.5 rounded-full border px-3 text-sm';

/** A value as the reader's language writes it. */
function useShown(): (value: Scalar) => string {
  const { t } = useText();
  return (value) => (typeof value === 'boolean' ? (value ? t('search.yes') : t('search.no')) : String(value));
}

/** What the hits must have, as chips that can be removed. */
export function ChosenFilters({ conditions, onChange }: Omit<Props, 'hits'>) {
  const { t } = useText();
  const shown = useShown();
  if (conditions.size === 0) return null;
  const chosen = [...conditions].flatMap(([field, values]) => values.map((value) => ({ field, value })));
  return (
    <div className="flex flex-wrap items-center gap-2" role="group" aria-label={t('search.filters')}>
      <FilterIcon className="text-quiet" />
      {chosen.map(({ field, value }) => (
        <button
          key={`${field}=${JSON.stringify(value)}`}
          type="button"
          className={`${chip} border-transparent bg-tint hover:border-accent`}
          aria-label={t('search.removeFilter', { field, value: shown(value) })}
          onClick={() => onChange(withoutValue(conditions, field, value))}
        >
          <span className="truncate">
            <span className="text-quiet">{field}</span> {shown(value)}
          </span>
          <CloseIcon width={14} height={14} className="shrink-0" />
        </button>
      ))}
      {chosen.length > 1 && (
        <button type="button" className="min-h-8 px-1 text-sm text-accent underline-offset-4 hover:underline" onClick={() => onChange(new Map())}>
          {t('search.clearFilters')}
        </button>
      )}
    </div>
  );
}

/** The fields and values that the hits have, to narrow them down. */
export function Facets({ conditions, hits, onChange }: Props) {
  const { t, format } = useText();
  const shown = useShown();
  const facets = facetsOf(hits)
    .map(({ field, values }) => ({ field, values: values.filter(({ value }) => !conditions.get(field)?.includes(value)) }))
    .filter(({ values }) => values.length > 0);
  if (facets.length === 0) return null;
  return (
    <section aria-label={t('search.filterBy')} className="flex flex-col gap-3">
      <h2 className="text-sm font-medium text-quiet">{t('search.filterBy')}</h2>
      <dl className="flex flex-col gap-3">
        {facets.map(({ field, values }) => (
          <div key={field} className="flex flex-col gap-1">
            <dt className="text-sm font-medium">{field}</dt>
            <dd className="flex flex-wrap gap-1.5">
              {values.map(({ value, count }) => (
                <button
                  key={JSON.stringify(value)}
                  type="button"
                  className={`${chip} border-line bg-raised hover:border-edge`}
                  aria-label={`${t('search.addFilter', { field, value: shown(value) })} ${t('search.valueCount', { count })}`}
                  onClick={() => onChange(withValue(conditions, field, value))}
                >
                  <span className="truncate">{shown(value)}</span>{' '}
                  <span className="numbers text-quiet">{format.number(count)}</span>
                </button>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
