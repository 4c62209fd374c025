import { useEffect, useRef, useState } from 'react';
import { useCollections, useMay } from '@/api/queries';
import { documentStatuses, type Collection, type DocumentStatus } from '@/api/types';
import { useAddress } from '@/app/address';
import { Page } from '@/app/Page';
import { Button } from '@/components/Button';
import { Select, TextField } from '@/components/Field';
import { Empty, Failure, Loading } from '@/components/states';
import { DocumentViewer } from '@/components/viewer/DocumentViewer';
import { SidePanel } from '@/components/viewer/SidePanel';
import { useText } from '@/i18n';
import { DropArea, FileButtons } from '@/uploads/DropArea';
import type { ChosenFile } from '@/uploads/files';
import { UploadList } from '@/uploads/UploadList';
import { uploads } from '@/uploads/uploads';
import { CollectionBar, NewCollection } from './CollectionBar';
import { Details } from './Details';
import { DocumentList } from './DocumentList';
import { useDocuments, type DocumentFilter } from './useDocuments';

const settled = 250; // Milliseconds after the last key before the filter is asked for.

function useParameters() {
  const [parameters, setParameters] = useAddress();
  const set = (changed: Record<string, string | null>) => {
    const next = new URLSearchParams(parameters);
    for (const [name, value] of Object.entries(changed)) {
      if (value) next.set(name, value);
      else next.delete(name);
    }
    setParameters(next, { replace: true });
  };
  const status: DocumentStatus | '' = documentStatuses.find((known) => known === parameters.get('status')) ?? '';
  return { collection: parameters.get('collection'), q: parameters.get('q') ?? '', status, opened: parameters.get('document'), set };
}

function FilterBar({ filter, onChange }: { filter: DocumentFilter; onChange: (changed: { q?: string; status?: string }) => void }) {
  const { t } = useText();
  const [typed, setTyped] = useState(filter.q);
  const change = useRef(onChange);
  change.current = onChange;
  useEffect(() => setTyped(filter.q), [filter.q]);
  useEffect(() => {
    if (typed === filter.q) return;
    const timer = setTimeout(() => change.current({ q: typed }), settled);
    return () => clearTimeout(timer);
  }, [typed, filter.q]);
  return (
    <div role="search" className="flex min-w-0 flex-1 gap-2">
      <div className="min-w-0 flex-1 md:max-w-80">
        <TextField data-main-field hideLabel label={t('documents.filter')} placeholder={t('documents.filter')} type="search" value={typed} onChange={(event) => setTyped(event.target.value)} />
      </div>
      <div className="w-32 shrink-0 md:w-44">
        <Select hideLabel label={t('documents.statusFilter')} value={filter.status} onChange={(event) => onChange({ status: event.target.value })}>
          <option value="">{t('documents.anyStatus')}</option>
          {documentStatuses.map((status: DocumentStatus) => (
            <option key={status} value={status}>
              {t(`documents.status.${status}`)}
            </option>
          ))}
        </Select>
      </div>
    </div>
  );
}

function Nothing({ filtered, onClear, onFiles }: { filtered: boolean; onClear: () => void; onFiles: (files: ChosenFile[]) => void }) {
  const { t } = useText();
  const mayAdd = useMay('ingest');
  if (filtered)
    return (
      <Empty title={t('documents.noMatchTitle')} text={t('documents.noMatchText')}>
        <Button onClick={onClear}>{t('documents.clearFilter')}</Button>
      </Empty>
    );
  return (
    <Empty title={t('documents.emptyTitle')} text={mayAdd ? t('documents.emptyText') : t('documents.emptyReadText')}>
      {mayAdd && <FileButtons onFiles={onFiles} />}
    </Empty>
  );
}

function Shown({ collection, collections }: { collection: Collection; collections: Collection[] }) {
  const { t } = useText();
  const mayAdd = useMay('ingest');
  const { q, status, opened, set } = useParameters();
  const { query, documents, changed, refresh } = useDocuments(collection.name, { q, status });
  const add = (files: ChosenFile[]) => void uploads.add(collection.name, files);
  const facts = [t('documents.counts', { count: collection.documents }), t('documents.chunkCount', { count: collection.chunks })];
  return (
    <div className="flex min-h-0 flex-1">
      <Page title={t('documents.title')} fill actions={mayAdd && <FileButtons small onFiles={add} />}>
        <DropArea onFiles={add} disabled={!mayAdd} className="flex min-h-0 flex-1 flex-col">
          <div className="flex flex-col gap-3 px-4 pb-3 md:px-8">
            <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
              <CollectionBar collections={collections} current={collection} onChange={(name) => set({ collection: name, q: null, status: null, document: null })} />
              <p className="numbers text-sm text-quiet">{facts.join(' · ')}</p>
            </div>
            <FilterBar filter={{ q, status }} onChange={set} />
            <UploadList />
            {changed && (
              <p className="flex items-center gap-3">
                {t('documents.changed')}
                <Button small onClick={() => void refresh()}>
                  {t('documents.refresh')}
                </Button>
              </p>
            )}
            {query.isError && <Failure error={query.error} onRetry={() => void (documents.length > 0 ? query.fetchNextPage() : query.refetch())} />}
            {query.isPending && <Loading lines={8} />}
          </div>
          {query.isSuccess && documents.length === 0 && <Nothing filtered={q !== '' || status !== ''} onClear={() => set({ q: null, status: null })} onFiles={add} />}
          {documents.length > 0 && (
            <DocumentList
              key={`${collection.name}/${q}/${status}`}
              label={t('documents.list', { collection: collection.name })}
              documents={documents}
              more={query.hasNextPage && !query.isFetchingNextPage && !query.isError}
              onMore={() => void query.fetchNextPage()}
              current={opened}
              onOpen={(document) => set({ document: document.id })}
            />
          )}
          <p role="status" className="sr-only">
            {query.isFetchingNextPage ? t('documents.loadingMore') : ''}
          </p>
        </DropArea>
      </Page>
      {opened && (
        <SidePanel label={t('viewer.label')} onClose={() => set({ document: null })}>
          <DocumentViewer
            key={opened}
            documentId={opened}
            onClose={() => set({ document: null })}
            details={(document) => <Details document={document} onGone={() => set({ document: null })} />}
          />
        </SidePanel>
      )}
    </div>
  );
}

function NoCollection() {
  const { t } = useText();
  const mayAdd = useMay('ingest');
  const [making, setMaking] = useState(false);
  return (
    <Page title={t('documents.title')}>
      <Empty title={t('documents.noCollectionTitle')} text={mayAdd ? t('documents.noCollectionText') : t('documents.emptyReadText')}>
        {mayAdd && (
          <Button look="main" onClick={() => setMaking(true)}>
            {t('documents.newCollection')}
          </Button>
        )}
      </Empty>
      {making && <NewCollection onMade={() => setMaking(false)} onClose={() => setMaking(false)} />}
    </Page>
  );
}

export default function DocumentsPage() {
  const { t } = useText();
  const collections = useCollections();
  const { collection: wanted } = useParameters();
  if (collections.data) {
    const current = collections.data.find(({ name }) => name === wanted) ?? collections.data[0];
    return current ? <Shown collection={current} collections={collections.data} /> : <NoCollection />;
  }
  return (
    <Page title={t('documents.title')}>
      {collections.isError ? <Failure error={collections.error} onRetry={() => void collections.refetch()} /> : <Loading lines={8} />}
    </Page>
  );
}
