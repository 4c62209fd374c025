import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useCaller } from '@/api/queries';
import { Button } from '@/components/Button';
import { PlusIcon } from '@/components/icons';
import { Empty, Failure, Loading } from '@/components/states';
import { useText } from '@/i18n';
import { Section } from './Section';

interface Props<Account> {
  title: string;
  text: string;
  create: string;
  onCreate: () => void;
  list: UseQueryResult<Account[]>;
  shown: (account: Account) => boolean;
  none: { title: string; text: string };
  table: (accounts: Account[]) => ReactNode;
  children: ReactNode;
}

/** Those who may sign in, of one kind, and how to make another. */
export function Accounts<Account>({ title, text, create, onCreate, list, shown, none, table, children }: Props<Account>) {
  const { t } = useText();
  const local = useCaller().data?.kind === 'local';
  const accounts = list.data?.filter(shown);
  const button = (
    <Button look="main" onClick={onCreate}>
      <PlusIcon width={16} height={16} />
      {create}
    </Button>
  );
  return (
    <Section title={title} text={text} actions={accounts && button}>
      {local && <p className="rounded-md bg-warn-tint px-3 py-2">{t('system.keys.closesDoor')}</p>}
      {!accounts && (list.isError ? <Failure error={list.error} onRetry={() => void list.refetch()} /> : <Loading />)}
      {accounts && (accounts.length > 0 ? table(accounts) : <Empty {...none} />)}
      {children}
    </Section>
  );
}
