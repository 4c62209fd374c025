import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { Link } from 'react-router';
import { request } from '@/api/client';
import { useCollections, useMay } from '@/api/queries';
import { useAddress } from '@/app/address';
import { Page } from '@/app/Page';
import { Button } from '@/components/Button';
import { WarnIcon } from '@/components/icons';
import { Empty, Failure, Loading } from '@/components/states';
import { DocumentViewer } from '@/components/viewer/DocumentViewer';
import { SidePanel } from '@/components/viewer/SidePanel';
import { useText } from '@/i18n';
import { Controls } from './Controls';
import { toFilter } from './filter';
import { ChosenFilters, Facets } from './Filters';
import { termsOf } from './highlight';
import { HitCard } from './HitCard';
import { limits, readState, writeState, type SearchState } from './state';
import type { Hit, SearchResponse } from './types';

function useSearch(state: SearchState) {
  const { query, collections, mode, fusion, limit, explain } = state;
  const filter = toFilter(state.conditions);
  const body = { query, mode, limit, explain, ...(mode === 'hybrid' && { fusion }), ...(collections.length > 0 && { collections }), ...(filter && { filter }) };
  return useQuery({
    queryKey: ['search', body],
    queryFn: ({ signal }) => request<SearchResponse>('/v1/search', { method: 'POST', body, signal }),
    enabled: query !== '',
    placeholderData: keepPreviousData,
    staleTime: 5 * 60_000,
    refetchOnWindowFocus: false,
  });
}

function Outcome({ response }: { response: SearchResponse }) {
  const { t, format } = useText();
  return (
    <div role="status" className="flex flex-col gap-2 text-sm text-quiet">
      <p>
        {t('search.found', { hits: t('search.hits', { count: response.hits.length }), time: format.duration(response.took_ms) })}
      </p>
      {!response.complete && (
        <p className="flex items-center gap-2 rounded-md bg-warn-tint px-3 py-2 text-ink">
          <WarnIcon className="shrink-0 text-warn" />
          {t('search.incomplete')}
        </p>
      )}
    </div>
  );
}

function Nothing({ state, onChange }: { state: SearchState; onChange: (change: Partial<SearchState>) => void }) {
  const { t } = useText();
  const filtered = state.conditions.size > 0;
  return (
    <Empty title={t('search.noneTitle')} text={filtered ? t('search.noneFiltered') : t('search.noneText')}>
      {filtered && <Button onClick={() => onChange({ conditions: new Map() })}>{t('search.clearFilters')}</Button>}
      {state.collections.length > 0 && <Button onClick={() => onChange({ collections: [] })}>{t('search.everywhere')}</Button>}
    </Empty>
  );
}

function Intro({ empty }: { empty: boolean }) {
  const { t } = useText();
  const mayAdd = useMay('ingest');
  if (!empty) return <Empty title={t('search.introTitle')} text={t('search.introText')} />;
  return (
    <Empty title={t('search.emptyTitle')} text={t('search.emptyText')}>
      {mayAdd && (
        <Link to="/documents" className="inline-flex min-h-10 items-center rounded-md bg-accent px-4 font-medium text-on-accent">
          {t('search.toDocuments')}
        </Link>
      )}
    </Empty>
  );
}

interface ResultsProps {
  response: SearchResponse;
  state: SearchState;
  stale: boolean;
  onChange: (change: Partial<SearchState>) => void;
  onOpen: (hit: Hit) => void;
}

function Results({ response, state, stale, onChange, onOpen }: ResultsProps) {
  const { t } = useText();
  const terms = useMemo(() => termsOf(state.query), [state.query]);
  const { hits } = response;
  const next = limits.find((limit) => limit > state.limit);
  return (
    <div className={`flex flex-col gap-4 ${state.open ? '' : 'lg:flex-row-reverse lg:gap-10'} ${stale ? 'opacity-60' : ''}`} aria-busy={stale}>
      <div className={`shrink-0 ${state.open ? '' : 'lg:w-60'}`}>
        <Facets conditions={state.conditions} hits={hits} onChange={(conditions) => onChange({ conditions })} />
      </div>
      <div className="min-w-0 flex-1">
        <Outcome response={response} />
        {hits.length === 0 ? (
          <Nothing state={state} onChange={onChange} />
        ) : (
          <ol className="max-w-3xl">
            {hits.map((hit) => (
              <HitCard key={hit.chunk_id} hit={hit} terms={terms} open={hit.chunk_id === state.open} onOpen={onOpen} />
            ))}
          </ol>
        )}
        {hits.length === state.limit && next && (
          <Button className="mt-4" busy={stale} onClick={() => onChange({ limit: next })}>
            {t('search.more')}
          </Button>
        )}
      </div>
    </div>
  );
}

export default function Search() {
  const { t } = useText();
  const [address, setAddress] = useAddress();
  const state = useMemo(() => readState(address), [address]);
  const change = (part: Partial<SearchState>) => setAddress(writeState({ ...state, open: '', ...part }));
  const collections = useCollections();
  const search = useSearch(state);
  const opened = search.data?.hits.find((hit) => hit.chunk_id === state.open);
  const empty = collections.data?.every((collection) => collection.documents === 0) ?? false;
  return (
    <div className="flex min-h-0 flex-1">
      <Page title={t('search.title')} fill>
        <div className="flex min-h-0 min-w-0 flex-1 flex-col gap-4 overflow-y-auto px-4 pt-1 pb-8 md:px-8">
          <Controls state={state} collections={collections.data ?? []} busy={search.isFetching} onChange={change} />
          <ChosenFilters conditions={state.conditions} onChange={(conditions) => change({ conditions })} />
          {state.query === '' ? (
            collections.isError ? <Failure error={collections.error} onRetry={() => void collections.refetch()} /> : <Intro empty={empty} />
          ) : search.isError ? (
            <Failure error={search.error} onRetry={() => void search.refetch()} />
          ) : search.data ? (
            <Results response={search.data} state={state} stale={search.isPlaceholderData} onChange={change} onOpen={(hit) => change({ open: hit.chunk_id })} />
          ) : (
            <Loading lines={8} />
          )}
        </div>
      </Page>
      {opened && (
        <SidePanel label={opened.title} onClose={() => change({ open: '' })}>
          <DocumentViewer key={opened.chunk_id} documentId={opened.document_id} span={opened.span} page={opened.page} onClose={() => change({ open: '' })} />
        </SidePanel>
      )}
    </div>
  );
}
