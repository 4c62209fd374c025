import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { path, request } from '@/api/client';
import { allPages, useCaller } from '@/api/queries';
import { Button } from '@/components/Button';
import { DataTable, type Column } from '@/components/DataTable';
import { Removal } from '@/components/Removal';
import { useText } from '@/i18n';
import { Accounts } from './Accounts';
import type { User } from './types';
import { UserForm } from './UserForm';

function UserTable({ users, onChange, onDelete }: { users: readonly User[]; onChange: (user: User) => void; onDelete: (user: User) => void }) {
  const { t, format } = useText();
  const caller = useCaller().data;
  const isMe = (user: User) => caller?.kind === 'user' && caller.name === user.name;
  const columns: Column<User>[] = [
    {
      name: 'name',
      label: t('system.users.name'),
      heading: true,
      cell: (user) => (
        <>
          {user.name}
          {isMe(user) && <span className="ml-2 text-sm font-normal text-quiet">({t('system.users.you')})</span>}
        </>
      ),
    },
    { name: 'scopes', label: t('system.keys.scopes'), cell: (user) => format.list(user.scopes.map((scope) => t(`system.scopes.${scope}`))) },
    { name: 'groups', label: t('system.users.groups'), cell: (user) => (user.groups.length > 0 ? format.list(user.groups) : '–') },
    {
      name: 'login',
      label: t('system.users.lastLogin'),
      cell: (user) => (user.last_login_at === null ? t('system.users.neverIn') : <time dateTime={user.last_login_at}>{format.since(user.last_login_at)}</time>),
    },
    {
      name: 'actions',
      label: t('tasks.actions'),
      quietLabel: true,
      className: 'max-md:justify-end md:text-right',
      cell: (user) => (
        <span className="inline-flex flex-wrap justify-end gap-2">
          <Button small onClick={() => onChange(user)} aria-label={t('system.users.changeTitle', { name: user.name })}>
            {t('system.users.change')}
          </Button>
          <Button small look="danger" onClick={() => onDelete(user)} aria-label={`${t('common.delete')}: ${user.name}`}>
            {t('common.delete')}
          </Button>
        </span>
      ),
    },
  ];
  return <DataTable caption={t('system.sections.users')} columns={columns} rows={users} keyOf={(user) => user.name} />;
}

export function Users() {
  const { t } = useText();
  const [making, setMaking] = useState(false);
  const [changing, setChanging] = useState<User | null>(null);
  const [deleting, setDeleting] = useState<User | null>(null);
  const users = useQuery({ queryKey: ['users'], queryFn: ({ signal }) => allPages<User>('/v1/users', signal), staleTime: 0 });
  return (
    <Accounts
      title={t('system.sections.users')}
      text={t('system.users.text')}
      create={t('system.users.create')}
      onCreate={() => setMaking(true)}
      list={users}
      shown={() => true}
      none={{ title: t('system.users.none'), text: t('system.users.noneText') }}
      table={(shown) => <UserTable users={shown} onChange={setChanging} onDelete={setDeleting} />}
    >
      {making && <UserForm onClose={() => setMaking(false)} />}
      {changing && <UserForm known={changing} onClose={() => setChanging(null)} />}
      {deleting && (
        <Removal
          title={t('system.users.deleteTitle', { name: deleting.name })}
          text={t('system.users.deleteText')}
          action={t('common.delete')}
          remove={() => request<undefined>(path`/v1/users/${deleting.name}`, { method: 'DELETE' })}
          said={t('system.users.deletedToast', { name: deleting.name })}
          changes="users"
          onClose={() => setDeleting(null)}
        />
      )}
    </Accounts>
  );
}
