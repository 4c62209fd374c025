import { useState, type ReactNode } from 'react';
import { useMay } from '@/api/queries';
import type { Document } from '@/api/types';
import { Button } from '@/components/Button';
import { Confirm } from '@/components/Dialog';
import { RetryIcon, TrashIcon, WarnIcon } from '@/components/icons';
import { ServerWords } from '@/components/problem';
import { Failure } from '@/components/states';
import { useToasts } from '@/components/Toasts';
import { useText } from '@/i18n';
import { useDeleteDocument, useIngestAgain } from './changes';
import { EditDialog } from './EditDialog';
import { StatusText } from './StatusText';
import { Versions } from './Versions';
import { documentName } from '@/components/documentName';

function Facts({ rows }: { rows: [string, ReactNode][] }) {
  return (
    <dl className="grid grid-cols-[minmax(6rem,auto)_minmax(0,1fr)] gap-x-4 gap-y-1.5">
      {rows.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-quiet">{name}</dt>
          <dd className="numbers min-w-0 break-words">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function useFacts(document: Document): [string, ReactNode][] {
  const { t, format } = useText();
  const rows: [string, ReactNode][] = [
    [t('documents.facts.externalId'), document.external_id],
    [t('documents.facts.mediaType'), document.media_type],
    [t('documents.facts.language'), document.language === null ? null : format.language(document.language)],
    [t('documents.facts.url'), document.url],
    [t('documents.facts.size'), format.bytes(document.bytes)],
    [t('documents.facts.pages'), document.pages > 0 ? format.number(document.pages) : null],
    [t('documents.facts.chunks'), format.number(document.chunks)],
    [t('documents.facts.created'), format.dateTime(document.created_at)],
    [t('documents.facts.updated'), format.dateTime(document.updated_at)],
    [t('documents.facts.acl'), document.acl.length > 0 ? format.list(document.acl) : t('documents.facts.everyone')],
    [t('documents.facts.id'), <code key="id" className="text-sm">{document.id}</code>],
    [t('documents.facts.hash'), <code key="hash" className="text-sm">{document.content_hash}</code>],
  ];
  return rows.filter(([, value]) => value !== null && value !== '');
}

const plain = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));

/** Everything about a document, and what can be done with it. */
export function Details({ document, onGone }: { document: Document; onGone: () => void }) {
  const { t } = useText();
  const { say } = useToasts();
  const mayChange = useMay('ingest');
  const [asking, setAsking] = useState<'edit' | 'delete' | null>(null);
  const removal = useDeleteDocument(document.id);
  const again = useIngestAgain(document.id);
  const facts = useFacts(document);
  const metadata = Object.entries(document.metadata);
  const remove = () =>
    removal.mutate(undefined, {
      onSuccess: () => {
        say(t('documents.deleted'));
        onGone();
      },
    });
  return (
    <div className="flex flex-col gap-5 px-4 py-4 md:px-6">
      <StatusText document={document} />
      {document.error && (
        <div className="rounded-md bg-bad-tint px-4 py-3">
          <p className="flex items-center gap-2 font-medium">
            <WarnIcon className="shrink-0 text-bad" />
            {t('documents.failedWhy')}
          </p>
          <div className="mt-1 pl-7">
            <ServerWords words={document.error} whole />
          </div>
        </div>
      )}
      {mayChange && (
        <div className="flex flex-wrap gap-2">
          <Button small onClick={() => setAsking('edit')}>
            {t('documents.edit')}
          </Button>
          <Button small busy={again.isPending} onClick={() => again.mutate(undefined, { onSuccess: () => say(t('documents.ingesting')) })}>
            <RetryIcon width={16} height={16} />
            {t('documents.ingestAgain')}
          </Button>
          <Button small look="danger" onClick={() => setAsking('delete')}>
            <TrashIcon width={16} height={16} />
            {t('documents.deleteOne')}
          </Button>
        </div>
      )}
      {(again.isError || removal.isError) && <Failure compact error={again.error ?? removal.error} />}
      <Facts rows={facts} />
      <Versions document={document} />
      <section>
        <h3 className="mb-2 font-semibold">{t('documents.facts.metadata')}</h3>
        {metadata.length > 0 ? <Facts rows={metadata.map(([name, value]) => [name, plain(value)])} /> : <p className="text-quiet">{t('documents.facts.noMetadata')}</p>}
      </section>
      {asking === 'edit' && <EditDialog document={document} onClose={() => setAsking(null)} />}
      {asking === 'delete' && (
        <Confirm
          title={t('documents.deleteTitle')}
          text={t('documents.deleteText', { name: documentName(document) })}
          action={t('documents.deleteOne')}
          busy={removal.isPending}
          onConfirm={remove}
          onClose={() => setAsking(null)}
        />
      )}
    </div>
  );
}
