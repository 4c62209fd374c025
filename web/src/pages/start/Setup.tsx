import { useState } from 'react';
import { request } from '@/api/client';
import { session } from '@/api/session';
import { Button } from '@/components/Button';
import { Failure } from '@/components/states';
import { useText } from '@/i18n';
import { Entry, Secret, useAttempt, UserName } from '@/pages/sign-in/parts';

/** What the link that `cairn serve` prints leads to: the first account, made with the token of the link. */
export default function Setup() {
  const { t } = useText();
  const [user, setUser] = useState('');
  const [password, setPassword] = useState('');
  const [repeated, setRepeated] = useState('');
  const differs = repeated !== '' && repeated !== password;
  const { busy, error, submit } = useAttempt(async () => {
    if (password !== repeated) return;
    await request('/v1/users', { method: 'POST', body: { name: user.trim(), password, scopes: ['query', 'ingest', 'admin'] } });
    await session.signIn(user.trim(), password);
  });
  return (
    <main>
      <Entry title={t('start.setupTitle')}>
        <p className="text-quiet">{t('start.setupText')}</p>
        <form onSubmit={submit} className="flex flex-col gap-4">
          <UserName
            label={t('start.setupUser')}
            hint={t('start.setupUserHint')}
            pattern="[A-Za-z0-9][A-Za-z0-9._@+\-]{0,63}"
            value={user}
            onChange={(event) => setUser(event.target.value)}
          />
          <Secret
            label={t('start.setupPassword')}
            hint={t('start.setupPasswordHint')}
            autoComplete="new-password"
            minLength={8}
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
          <Secret
            label={t('start.setupRepeat')}
            error={differs ? t('start.setupDiffers') : undefined}
            autoComplete="new-password"
            value={repeated}
            onChange={(event) => setRepeated(event.target.value)}
          />
          {error !== null && <Failure error={error} compact />}
          <Button type="submit" look="main" busy={busy}>
            {t('start.setupAction')}
          </Button>
        </form>
      </Entry>
    </main>
  );
}
