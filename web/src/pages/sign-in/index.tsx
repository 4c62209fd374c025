import * as Tabs from '@radix-ui/react-tabs';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { asApiError } from '@/api/problem';
import { session } from '@/api/session';
import { Button } from '@/components/Button';
import { TextField } from '@/components/Field';
import { Logo } from '@/components/Logo';
import { Failure } from '@/components/states';
import { useText } from '@/i18n';

function useAttempt(signIn: () => Promise<void>) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    signIn()
      .catch(setError)
      .finally(() => setBusy(false));
  };
  return { busy, error, submit };
}

function Refusal({ error, wrong }: { error: unknown; wrong: string }) {
  const { t } = useText();
  if (error === null) return null;
  const { status, retryAfterSeconds } = asApiError(error);
  if (status === 401 || status === 400)
    return (
      <p role="alert" className="text-bad">
        {wrong}
      </p>
    );
  if (status === 429 && retryAfterSeconds)
    return (
      <p role="alert" className="text-bad">
        {t('signIn.wait', { count: retryAfterSeconds })}
      </p>
    );
  return <Failure error={error} compact />;
}

function WithPassword() {
  const { t } = useText();
  const [user, setUser] = useState('');
  const [password, setPassword] = useState('');
  const { busy, error, submit } = useAttempt(() => session.signIn(user.trim(), password));
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <TextField
        label={t('signIn.user')}
        hint={t('signIn.userHint')}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        required
        autoFocus
        value={user}
        onChange={(event) => setUser(event.target.value)}
      />
      <TextField
        label={t('signIn.password')}
        type="password"
        autoComplete="current-password"
        required
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
      <Refusal error={error} wrong={t('signIn.wrong')} />
      <Button type="submit" look="main" busy={busy}>
        {t('signIn.action')}
      </Button>
    </form>
  );
}

function WithKey() {
  const { t } = useText();
  const [key, setKey] = useState('');
  const { busy, error, submit } = useAttempt(() => session.signInWithKey(key.trim()));
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <TextField
        label={t('signIn.key')}
        hint={t('signIn.keyHint')}
        type="password"
        autoComplete="off"
        spellCheck={false}
        required
        value={key}
        onChange={(event) => setKey(event.target.value)}
      />
      <Refusal error={error} wrong={t('signIn.wrongKey')} />
      <Button type="submit" look="main" busy={busy}>
        {t('signIn.action')}
      </Button>
    </form>
  );
}

const tab =
  'min-h-10 flex-1 border-b-2 border-transparent px-2 text-quiet data-[state=active]:border-accent data-[state=active]:font-medium data-[state=active]:text-ink';

function Form({ again }: { again: boolean }) {
  const { t } = useText();
  return (
    <div className="mx-auto flex min-h-dvh w-full max-w-sm flex-col justify-center gap-5 px-4 py-10">
      <h1 className="flex items-center gap-3 text-xl font-semibold">
        <Logo size={32} />
        {t('signIn.title')}
      </h1>
      {again && <p role="alert">{t('signIn.again')}</p>}
      <Tabs.Root defaultValue="password">
        <Tabs.List className="mb-5 flex border-b border-line">
          <Tabs.Trigger value="password" className={tab}>
            {t('signIn.withPassword')}
          </Tabs.Trigger>
          <Tabs.Trigger value="key" className={tab}>
            {t('signIn.withKey')}
          </Tabs.Trigger>
        </Tabs.List>
        <Tabs.Content value="password">
          <WithPassword />
        </Tabs.Content>
        <Tabs.Content value="key">
          <WithKey />
        </Tabs.Content>
      </Tabs.Root>
      <p className="text-sm text-quiet">{t('signIn.lost')}</p>
    </div>
  );
}

/** Before everything else; or `again`, above a page whose session has ended and which waits behind it as it was. */
export default function SignIn({ again = false }: { again?: boolean }) {
  const { t } = useText();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (dialog.current && !dialog.current.open) dialog.current.showModal();
  }, []);
  if (!again)
    return (
      <main>
        <Form again={false} />
      </main>
    );
  return (
    <dialog
      ref={dialog}
      aria-label={t('signIn.title')}
      onCancel={(event) => event.preventDefault()}
      className="m-0 h-dvh max-h-none w-screen max-w-none overflow-y-auto bg-page text-ink"
    >
      <Form again />
    </dialog>
  );
}
