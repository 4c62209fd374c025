import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { path, request } from '@/api/client';
import { allPages } from '@/api/queries';
import { Button } from '@/components/Button';
import { DataTable, type Column } from '@/components/DataTable';
import { Removal } from '@/components/Removal';
import { useText } from '@/i18n';
import { Accounts } from './Accounts';
import { NewKey } from './NewKey';
import { keyState, type Key } from './types';

function KeyTable({ keys, onRevoke }: { keys: readonly Key[]; onRevoke: (key: Key) => void }) {
  const { t, format } = useText();
  const now = Date.now();
  const state = (key: Key) => {
    const is = keyState(key, now);
    if (is === 'revoked') return <span className="text-quiet">{t('system.keys.revoked')}</span>;
    if (is === 'expired') return <span className="text-warn">{t('system.keys.expired')}</span>;
    return key.expires_at === null ? t('system.keys.never') : t('system.keys.until', { date: format.date(key.expires_at) });
  };
  const columns: Column<Key>[] = [
    {
      name: 'name',
      label: t('system.keys.name'),
      heading: true,
      cell: (key) => (
        <>
          {key.name}
          <span className="block font-mono text-sm font-normal text-quiet">{key.prefix}…</span>
        </>
      ),
    },
    { name: 'scopes', label: t('system.keys.scopes'), cell: (key) => format.list(key.scopes.map((scope) => t(`system.scopes.${scope}`))) },
    { name: 'groups', label: t('system.keys.groups'), cell: (key) => (key.groups.length > 0 ? format.list(key.groups) : '–') },
    { name: 'expires', label: t('system.keys.expires'), cell: state },
    { name: 'used', label: t('system.keys.used'), cell: (key) => (key.last_used_at === null ? t('system.keys.neverUsed') : <time dateTime={key.last_used_at}>{format.since(key.last_used_at)}</time>) },
    {
      name: 'made',
      label: t('system.keys.made'),
      cell: (key) => (
        <>
          <time dateTime={key.created_at}>{format.date(key.created_at)}</time>
          <span className="block text-sm text-quiet">{key.created_by}</span>
        </>
      ),
    },
    {
      name: 'actions',
      label: t('tasks.actions'),
      quietLabel: true,
      className: 'max-md:justify-end md:text-right',
      cell: (key) =>
        key.revoked_at === null && (
          <Button small look="danger" onClick={() => onRevoke(key)} aria-label={`${t('system.keys.revoke')}: ${key.name}`}>
            {t('system.keys.revoke')}
          </Button>
        ),
    },
  ];
  return <DataTable caption={t('system.keys.title')} columns={columns} rows={keys} keyOf={(key) => key.id} />;
}

export function Keys() {
  const { t } = useText();
  const [making, setMaking] = useState(false);
  const [revoking, setRevoking] = useState<Key | null>(null);
  const [all, setAll] = useState(false);
  const isActive = (key: Key) => keyState(key, Date.now()) === 'active';
  const keys = useQuery({ queryKey: ['keys'], queryFn: ({ signal }) => allPages<Key>('/v1/keys', signal), staleTime: 0 });
  return (
    <Accounts
      title={t('system.keys.title')}
      text={t('system.keys.text')}
      create={t('system.keys.create')}
      onCreate={() => setMaking(true)}
      list={keys}
      shown={(key) => all || isActive(key)}
      none={{ title: t('system.keys.none'), text: t('system.keys.noneText') }}
      table={(shown) => <KeyTable keys={shown} onRevoke={setRevoking} />}
    >
      {keys.data?.some((key) => !isActive(key)) && (
        <label className="flex min-h-10 items-center gap-2">
          <input type="checkbox" className="size-4 accent-accent" checked={all} onChange={(event) => setAll(event.target.checked)} />
          {t('system.keys.showRevoked')}
        </label>
      )}
      {making && <NewKey onClose={() => setMaking(false)} />}
      {revoking && (
        <Removal
          title={t('system.keys.revokeTitle', { name: revoking.name })}
          text={t('system.keys.revokeText')}
          action={t('system.keys.revoke')}
          remove={() => request<undefined>(path`/v1/keys/${revoking.id}`, { method: 'DELETE' })}
          said={t('system.keys.revokedToast', { name: revoking.name })}
          changes="keys"
          onClose={() => setRevoking(null)}
        />
      )}
    </Accounts>
  );
}
