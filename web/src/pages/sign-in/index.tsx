import * as Tabs from '@radix-ui/react-tabs';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { asApiError } from '@/api/problem';
import { session } from '@/api/session';
import { Button } from '@/components/Button';
import { Failure } from '@/components/states';
import { useText } from '@/i18n';
import { Entry, Secret, useAttempt, UserName } from './parts';

function Refusal({ error, wrong }: { error: unknown; wrong: string }) {
  const { t } = useText();
  if (error === null) return null;
  const { status, retryAfterSeconds } = asApiError(error);
  const wait = status === 429 && retryAfterSeconds ? t('signIn.wait', { count: retryAfterSeconds }) : null;
  const said = status === 401 || status === 400 ? wrong : wait;
  if (said === null) return <Failure error={error} compact />;
  return (
    <p role="alert" className="text-bad">
      {said}
    </p>
  );
}

function Form({ signIn, wrong, children }: { signIn: () => Promise<void>; wrong: string; children: ReactNode }) {
  const { t } = useText();
  const { busy, error, submit } = useAttempt(signIn);
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      {children}
      <Refusal error={error} wrong={wrong} />
      <Button type="submit" look="main" busy={busy}>
        {t('signIn.action')}
      </Button>
    </form>
  );
}

function WithPassword() {
  const { t } = useText();
  const [user, setUser] = useState('');
  const [password, setPassword] = useState('');
  return (
    <Form signIn={() => session.signIn(user.trim(), password)} wrong={t('signIn.wrong')}>
      <UserName label={t('signIn.user')} hint={t('signIn.userHint')} value={user} onChange={(event) => setUser(event.target.value)} />
      <Secret label={t('signIn.password')} autoComplete="current-password" value={password} onChange={(event) => setPassword(event.target.value)} />
    </Form>
  );
}

function WithKey() {
  const { t } = useText();
  const [key, setKey] = useState('');
  return (
    <Form signIn={() => session.signInWithKey(key.trim())} wrong={t('signIn.wrongKey')}>
      <Secret label={t('signIn.key')} hint={t('signIn.keyHint')} autoComplete="off" value={key} onChange={(event) => setKey(event.target.value)} />
    </Form>
  );
}

const tab =
  'min-h-10 flex-1 border-b-2 border-transparent px-2 text-quiet data-[state=active]:border-accent data-[state=active]:font-medium data-[state=active]:text-ink';

function Ways({ again }: { again: boolean }) {
  const { t } = useText();
  return (
    <Entry title={t('signIn.title')}>
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
      <p className="text-sm text-quiet">
        {t('signIn.lost')}
        <code className="mt-1 block">{t('signIn.command')}</code>
      </p>
    </Entry>
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
        <Ways again={false} />
      </main>
    );
  return (
    <dialog
      ref={dialog}
      aria-label={t('signIn.title')}
      onCancel={(event) => event.preventDefault()}
      onClose={() => dialog.current?.showModal()} // Browsers let a second Escape through.
      className="m-0 h-dvh max-h-none w-screen max-w-none overflow-y-auto bg-page text-ink"
    >
      <Ways again />
    </dialog>
  );
}
