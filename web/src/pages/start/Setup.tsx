import { useState, type FormEvent } from 'react';
import { request } from '@/api/client';
import { session } from '@/api/session';
import { Button } from '@/components/Button';
import { TextField } from '@/components/Field';
import { Logo } from '@/components/Logo';
import { Failure } from '@/components/states';
import { useText } from '@/i18n';

/** What the link that `cairn serve` prints leads to: the first account, made with the token of the link. */
export default function Setup() {
  const { t } = useText();
  const [user, setUser] = useState('');
  const [password, setPassword] = useState('');
  const [repeated, setRepeated] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const differs = repeated !== '' && repeated !== password;
  const create = async () => {
    await request('/v1/users', { method: 'POST', body: { name: user.trim(), password, scopes: ['query', 'ingest', 'admin'] } });
    await session.signIn(user.trim(), password);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (password !== repeated) return;
    setBusy(true);
    setError(null);
    create()
      .catch(setError)
      .finally(() => setBusy(false));
  };
  return (
    <main className="mx-auto flex min-h-dvh w-full max-w-sm flex-col justify-center gap-5 px-4 py-10">
      <h1 className="flex items-center gap-3 text-xl font-semibold">
        <Logo size={32} />
        {t('start.setupTitle')}
      </h1>
      <p className="text-quiet">{t('start.setupText')}</p>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <TextField
          label={t('start.setupUser')}
          hint={t('start.setupUserHint')}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          pattern="[A-Za-z0-9][A-Za-z0-9._@+\-]{0,63}"
          required
          autoFocus
          value={user}
          onChange={(event) => setUser(event.target.value)}
        />
        <TextField
          label={t('start.setupPassword')}
          hint={t('start.setupPasswordHint')}
          type="password"
          autoComplete="new-password"
          minLength={8}
          required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        <TextField
          label={t('start.setupRepeat')}
          error={differs ? t('start.setupDiffers') : undefined}
          type="password"
          autoComplete="new-password"
          required
          value={repeated}
          onChange={(event) => setRepeated(event.target.value)}
        />
        {error !== null && <Failure error={error} compact />}
        <Button type="submit" look="main" busy={busy}>
          {t('start.setupAction')}
        </Button>
      </form>
    </main>
  );
}
