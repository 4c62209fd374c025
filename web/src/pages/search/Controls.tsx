import { useEffect, useState, type FormEvent } from 'react';
import type { Collection } from '@/api/types';
import { Button } from '@/components/Button';
import { Select } from '@/components/Field';
import { ChevronIcon, SearchIcon } from '@/components/icons';
import { Menu, MenuCheck } from '@/components/Menu';
import { useText } from '@/i18n';
import { limits, type SearchState } from './state';
import { fusions, modes } from './types';

interface Props {
  state: SearchState;
  collections: readonly Collection[];
  busy: boolean;
  onChange: (change: Partial<SearchState>) => void;
}

/** The field: what is written there counts once it is sent. */
function QueryField({ state, busy, onChange }: Omit<Props, 'collections'>) {
  const { t } = useText();
  const [query, setQuery] = useState(state.query);
  useEffect(() => setQuery(state.query), [state.query]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onChange({ query: query.trim() });
  };
  return (
    <form role="search" onSubmit={submit} className="flex gap-2">
      <label className="relative min-w-0 flex-1">
        <span className="sr-only">{t('search.query')}</span>
        <SearchIcon className="pointer-events-none absolute top-1/2 left-3 -translate-y-1/2 text-quiet" />
        <input
          type="search"
          data-main-field
          autoFocus={state.query === ''}
          enterKeyHint="search"
          maxLength={10_000}
          className="h-12 w-full rounded-md border border-edge bg-raised pr-3 pl-10 text-ink"
          placeholder={t('search.placeholder')}
          value={query}
          onChange={(event) => setQuery(event.target.value)}
        />
      </label>
      <Button type="submit" look="main" className="min-h-12" aria-busy={busy || undefined}>
        {t('search.action')}
      </Button>
    </form>
  );
}

function CollectionPicker({ state, collections, onChange }: Omit<Props, 'busy'>) {
  const { t, format } = useText();
  const { collections: chosen } = state;
  const label = chosen.length === 0 ? t('search.everywhere') : format.list(chosen);
  const toggle = (name: string, on: boolean) => onChange({ collections: on ? [...chosen, name] : chosen.filter((other) => other !== name) });
  const unknown = chosen.filter((name) => !collections.some((collection) => collection.name === name));
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <span className="text-sm font-medium">{t('search.collections')}</span>
      <Menu
        label={t('search.collections')}
        trigger={
          <button type="button" aria-label={`${t('search.collections')}: ${label}`} className="flex h-10 w-full items-center justify-between gap-2 rounded-md border border-edge bg-raised px-3">
            <span className="truncate">{label}</span>
            <ChevronIcon className="shrink-0" width={16} height={16} />
          </button>
        }
      >
        <MenuCheck checked={chosen.length === 0} onChange={() => onChange({ collections: [] })}>
          {t('search.everywhere')}
        </MenuCheck>
        {[...collections.map((collection) => collection.name), ...unknown].map((name) => (
          <MenuCheck key={name} checked={chosen.includes(name)} onChange={(on) => toggle(name, on)}>
            {name}
          </MenuCheck>
        ))}
      </Menu>
    </div>
  );
}

/** What is searched for, where and how. */
export function Controls({ state, collections, busy, onChange }: Props) {
  const { t, format } = useText();
  return (
    <div className="flex flex-col gap-3">
      <QueryField state={state} busy={busy} onChange={onChange} />
      <fieldset className="grid grid-cols-2 items-end gap-3 md:flex md:flex-wrap">
        <legend className="sr-only">{t('search.options')}</legend>
        <div className="max-md:col-span-2 md:w-56">
          <CollectionPicker state={state} collections={collections} onChange={onChange} />
        </div>
        <div className="max-md:col-span-2">
          <Select label={t('search.mode')} value={state.mode} onChange={(event) => onChange({ mode: event.target.value as SearchState['mode'] })}>
            {modes.map((mode) => (
              <option key={mode} value={mode}>
                {t(`search.modes.${mode}`)}
              </option>
            ))}
          </Select>
        </div>
        <Select
          label={t('search.fusion')}
          title={t('search.fusionHint')}
          disabled={state.mode !== 'hybrid'}
          value={state.fusion}
          onChange={(event) => onChange({ fusion: event.target.value as SearchState['fusion'] })}
        >
          {fusions.map((fusion) => (
            <option key={fusion} value={fusion}>
              {t(`search.fusions.${fusion}`)}
            </option>
          ))}
        </Select>
        <Select label={t('search.limit')} value={state.limit} onChange={(event) => onChange({ limit: Number(event.target.value) })}>
          {limits.map((limit) => (
            <option key={limit} value={limit}>
              {format.number(limit)}
            </option>
          ))}
        </Select>
        <label className="flex min-h-10 items-center gap-2">
          <input type="checkbox" className="size-4 accent-accent" checked={state.explain} onChange={(event) => onChange({ explain: event.target.checked })} />
          {t('search.explain')}
        </label>
      </fieldset>
    </div>
  );
}
