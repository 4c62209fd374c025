import { useInfiniteQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { request } from '@/api/client';
import type { Page } from '@/api/types';
import { useAddress } from '@/app/address';
import { Button } from '@/components/Button';
import { DataTable, type Column } from '@/components/DataTable';
import { TextField } from '@/components/Field';
import { Empty, Failure, Loading } from '@/components/states';
import { useText } from '@/i18n';
import { Section } from './Section';
import type { AuditEntry } from './types';

/** What the server calls an action, and what the catalogues call it. */
const actions = {
  'user.login': 'login',
  'user.logout': 'logout',
  'user.create': 'createUser',
  'user.change': 'changeUser',
  'user.delete': 'deleteUser',
  'session.reused': 'reused',
  'key.create': 'createKey',
  'key.revoke': 'revokeKey',
  'POST /v1/collections': 'createCollection',
  'DELETE /v1/collections/{name}': 'deleteCollection',
  'POST /v1/collections/{name}/documents': 'upload',
  'PATCH /v1/documents/{id}': 'changeDocument',
  'DELETE /v1/documents/{id}': 'deleteDocument',
  'POST /v1/tasks': 'queueTask',
  'PATCH /v1/tasks/{id}': 'changeTask',
  'POST /v1/tasks/{id}/cancel': 'cancelTask',
  'POST /v1/tasks/{id}/retry': 'retryTask',
} as const;
const isKnown = (action: string): action is keyof typeof actions => Object.hasOwn(actions, action);

function useEntries(actor: string, action: string) {
  return useInfiniteQuery({
    queryKey: ['audit', actor, action],
    queryFn: ({ pageParam, signal }) =>
      request<Page<AuditEntry>>('/v1/audit', { query: { actor, action, limit: 50, cursor: pageParam ?? undefined }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    staleTime: 0,
  });
}

function Entries({ entries }: { entries: readonly AuditEntry[] }) {
  const { t, format } = useText();
  const columns: Column<AuditEntry>[] = [
    { name: 'at', label: t('system.audit.at'), cell: (entry) => <time dateTime={entry.at}>{format.dateTime(entry.at)}</time>, className: 'md:whitespace-nowrap' },
    {
      name: 'action',
      label: t('system.audit.action'),
      heading: true,
      cell: (entry) => (isKnown(entry.action) ? <span title={entry.action}>{t(`system.audit.actions.${actions[entry.action]}`)}</span> : <span className="font-mono text-sm">{entry.action}</span>),
    },
    { name: 'object', label: t('system.audit.object'), cell: (entry) => <span className="font-mono text-sm">{entry.object ?? '–'}</span> },
    { name: 'actor', label: t('system.audit.actor'), cell: (entry) => entry.actor ?? t('system.audit.nobody') },
    { name: 'address', label: t('system.audit.address'), cell: (entry) => entry.address ?? '–' },
    {
      name: 'outcome',
      label: t('system.audit.outcome'),
      cell: (entry) => (entry.outcome === 'ok' ? <span className="text-good">{t('system.audit.ok')}</span> : <span className="text-bad">{entry.outcome}</span>),
    },
  ];
  return <DataTable caption={t('system.sections.audit')} columns={columns} rows={entries} keyOf={(entry) => String(entry.number)} />;
}

function Filter({ actor, action, onApply }: { actor: string; action: string; onApply: (actor: string, action: string) => void }) {
  const { t } = useText();
  const [who, setWho] = useState(actor);
  const [what, setWhat] = useState(action);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onApply(who.trim(), what.trim());
  };
  return (
    <form onSubmit={submit} className="flex flex-wrap items-start gap-3">
      <TextField label={t('system.audit.filterActor')} hint={t('system.audit.filterActorHint')} autoCapitalize="none" spellCheck={false} value={who} onChange={(event) => setWho(event.target.value)} />
      <TextField label={t('system.audit.filterAction')} hint={t('system.audit.filterActionHint')} autoCapitalize="none" spellCheck={false} value={what} onChange={(event) => setWhat(event.target.value)} />
      <Button type="submit" className="mt-6">
        {t('system.audit.apply')}
      </Button>
    </form>
  );
}

export function Audit() {
  const { t } = useText();
  const [address, setAddress] = useAddress();
  const actor = address.get('actor') ?? '';
  const action = address.get('action') ?? '';
  const apply = (who: string, what: string) => setAddress(new URLSearchParams({ ...(who && { actor: who }), ...(what && { action: what }) }));
  const list = useEntries(actor, action);
  const entries = list.data?.pages.flatMap((page) => page.items);
  return (
    <Section title={t('system.sections.audit')} text={t('system.audit.text')}>
      <Filter key={`${actor} ${action}`} actor={actor} action={action} onApply={apply} />
      {list.isError && !entries ? (
        <Failure error={list.error} onRetry={() => void list.refetch()} />
      ) : !entries ? (
        <Loading />
      ) : entries.length === 0 ? (
        <Empty title={actor || action ? t('system.audit.noneFitting') : t('system.audit.none')} />
      ) : (
        <Entries entries={entries} />
      )}
      {list.isFetchNextPageError && <Failure error={list.error} onRetry={() => void list.fetchNextPage()} compact />}
      {list.hasNextPage && (
        <Button className="self-center" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t('system.audit.more')}
        </Button>
      )}
    </Section>
  );
}
