import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useRef, useState, type FormEvent } from 'react';
import { request } from '@/api/client';
import { useCaller } from '@/api/queries';
import { session } from '@/api/session';
import type { Scope } from '@/api/types';
import { Button } from '@/components/Button';
import { Dialog } from '@/components/Dialog';
import { Select, TextField } from '@/components/Field';
import { CheckIcon, CopyIcon } from '@/components/icons';
import { Failure } from '@/components/states';
import { useText } from '@/i18n';
import { ScopeFields } from './ScopeFields';
import { allScopes, groupsOf, type Key } from './types';

type MadeKey = Key & { secret: string };
const lifetimes = [7, 30, 90, 365] as const; // Days.

/** The secret, this once. */
function Secret({ made, first, onClose }: { made: MadeKey; first: boolean; onClose: () => void }) {
  const { t } = useText();
  const field = useRef<HTMLInputElement>(null);
  const [copied, setCopied] = useState<boolean | null>(null);
  const copy = () => {
    field.current?.select();
    // Pages that did not come over TLS have no clipboard: then the selected text is there to be copied.
    (navigator.clipboard ? navigator.clipboard.writeText(made.secret) : Promise.reject(new Error())).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  };
  return (
    <Dialog title={t('system.keys.madeTitle', { name: made.name })} onClose={onClose} footer={<Button look="main" onClick={onClose}>{t('system.keys.done')}</Button>}>
      <div className="flex flex-col gap-4">
        <p>{t('system.keys.madeText')}</p>
        {first && <p>{t('system.keys.signedIn')}</p>}
        <div className="flex items-end gap-2">
          <label className="flex min-w-0 flex-1 flex-col gap-1 text-sm font-medium">
            {t('system.keys.secret')}
            <input ref={field} readOnly value={made.secret} onFocus={(event) => event.target.select()} className="h-10 w-full rounded-md border border-edge bg-sunken px-3 font-mono text-sm" />
          </label>
          <Button onClick={copy} autoFocus>
            {copied ? <CheckIcon width={16} height={16} /> : <CopyIcon width={16} height={16} />}
            {copied ? t('system.keys.copied') : t('system.keys.copy')}
          </Button>
        </div>
        <p role="status" className="text-sm text-quiet empty:hidden">
          {copied === false && t('system.keys.notCopied')}
        </p>
      </div>
    </Dialog>
  );
}

export function NewKey({ onClose }: { onClose: () => void }) {
  const { t } = useText();
  const client = useQueryClient();
  const form = useId();
  const [name, setName] = useState('');
  // The first key closes the door that is open to this machine: whoever makes it must not lock themselves out.
  const local = useCaller().data?.kind === 'local';
  const [first] = useState(local);
  const [scopes, setScopes] = useState<Scope[]>(first ? [...allScopes] : ['query']);
  const [groups, setGroups] = useState('');
  const [days, setDays] = useState(90);
  const [limit, setLimit] = useState('0');
  const [tried, setTried] = useState(false);
  const creation = useMutation({
    mutationFn: () =>
      request<MadeKey>('/v1/keys', {
        method: 'POST',
        body: {
          name: name.trim(),
          scopes,
          groups: groupsOf(groups),
          ...(days > 0 && { expires_in_days: days }),
          ...(Number(limit) > 0 && { limits: { requests_per_minute: Math.round(Number(limit)) } }),
        },
      }),
    onSuccess: async (made) => {
      if (first) await session.signInWithKey(made.secret).catch(() => {}); // Else the page asks for it.
      void client.invalidateQueries({ queryKey: ['keys'] });
    },
  });
  if (creation.data) return <Secret made={creation.data} first={first} onClose={onClose} />;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (name.trim() !== '' && scopes.length > 0) creation.mutate();
  };
  const footer = (
    <>
      <Button onClick={onClose}>{t('common.cancel')}</Button>
      <Button type="submit" form={form} look="main" busy={creation.isPending}>
        {t('system.keys.make')}
      </Button>
    </>
  );
  return (
    <Dialog title={t('system.keys.create')} onClose={onClose} footer={footer}>
      <form id={form} onSubmit={submit} noValidate className="flex flex-col gap-4">
        <TextField
          label={t('system.keys.name')}
          hint={t('system.keys.nameHint')}
          error={tried && name.trim() === '' ? t('system.keys.needName') : undefined}
          required
          autoFocus
          maxLength={128}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <ScopeFields scopes={scopes} onChange={setScopes} error={tried && scopes.length === 0 ? t('system.keys.needScope') : undefined} />
        <TextField label={t('system.keys.groups')} hint={t('system.keys.groupsHint')} autoCapitalize="none" value={groups} onChange={(event) => setGroups(event.target.value)} />
        <div className="grid gap-4 sm:grid-cols-2">
          <Select label={t('system.keys.expires')} value={days} onChange={(event) => setDays(Number(event.target.value))}>
            {lifetimes.map((count) => (
              <option key={count} value={count}>
                {t('system.keys.expiresDays', { count })}
              </option>
            ))}
            <option value={0}>{t('system.keys.never')}</option>
          </Select>
          <TextField label={t('system.keys.limit')} hint={t('system.keys.limitHint')} type="number" min={0} max={1_000_000} value={limit} onChange={(event) => setLimit(event.target.value)} />
        </div>
        {creation.isError && <Failure error={creation.error} compact />}
      </form>
    </Dialog>
  );
}
