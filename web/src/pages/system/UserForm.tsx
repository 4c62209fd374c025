import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState, type FormEvent } from 'react';
import { path, request } from '@/api/client';
import { useCaller } from '@/api/queries';
import type { Scope } from '@/api/types';
import { Button } from '@/components/Button';
import { Dialog } from '@/components/Dialog';
import { TextField } from '@/components/Field';
import { Failure } from '@/components/states';
import { useToasts } from '@/components/Toasts';
import { useText } from '@/i18n';
import { ScopeFields } from './ScopeFields';
import { allScopes, groupsOf, isAccountName, type User } from './types';

const shortestPassword = 8;

/** Makes a user, or changes one. */
export function UserForm({ known, onClose }: { known?: User; onClose: () => void }) {
  const { t } = useText();
  const client = useQueryClient();
  const { say } = useToasts();
  const form = useId();
  const [name, setName] = useState(known?.name ?? '');
  const [password, setPassword] = useState('');
  const first = useCaller().data?.kind === 'local'; // See NewKey.
  const [scopes, setScopes] = useState<Scope[]>(known?.scopes ?? (first ? [...allScopes] : ['query']));
  const [groups, setGroups] = useState(known?.groups.join(', ') ?? '');
  const [tried, setTried] = useState(false);
  const bytes = new TextEncoder().encode(password).length;
  const badPassword = known && password === '' ? false : bytes < shortestPassword;
  const badName = !known && !isAccountName(name.trim());
  const saving = useMutation({
    mutationFn: () =>
      known
        ? request<User>(path`/v1/users/${known.name}`, { method: 'PATCH', body: { scopes, groups: groupsOf(groups), ...(password && { password }) } })
        : request<User>('/v1/users', { method: 'POST', body: { name: name.trim(), password, scopes, groups: groupsOf(groups) } }),
    onSuccess: (user) => {
      void client.invalidateQueries({ queryKey: ['users'] });
      say(known ? t('system.users.changedToast', { name: user.name }) : t('system.users.madeToast', { name: user.name }));
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (!badName && !badPassword && scopes.length > 0) saving.mutate();
  };
  const footer = (
    <>
      <Button onClick={onClose}>{t('common.cancel')}</Button>
      <Button type="submit" form={form} look="main" busy={saving.isPending}>
        {known ? t('common.save') : t('system.users.make')}
      </Button>
    </>
  );
  return (
    <Dialog title={known ? t('system.users.changeTitle', { name: known.name }) : t('system.users.create')} onClose={onClose} footer={footer}>
      <form id={form} onSubmit={submit} noValidate className="flex flex-col gap-4">
        {!known && (
          <TextField
            label={t('system.users.name')}
            hint={t('system.users.nameHint')}
            error={tried && badName ? t('system.users.badName') : undefined}
            required
            autoFocus
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        )}
        <TextField
          label={known ? t('system.users.newPassword') : t('system.users.password')}
          hint={known ? t('system.users.newPasswordHint') : t('system.users.passwordHint')}
          error={tried && badPassword ? t('system.users.shortPassword') : undefined}
          type="password"
          autoComplete="new-password"
          required={!known}
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        <ScopeFields scopes={scopes} onChange={setScopes} error={tried && scopes.length === 0 ? t('system.keys.needScope') : undefined} />
        <TextField label={t('system.users.groups')} hint={t('system.keys.groupsHint')} autoCapitalize="none" value={groups} onChange={(event) => setGroups(event.target.value)} />
        {saving.isError && <Failure error={saving.error} compact />}
      </form>
    </Dialog>
  );
}
