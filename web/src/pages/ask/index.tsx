import { useEffect, useRef, useState } from 'react';
import { useCollections, useMay } from '@/api/queries';
import type { Citation } from '@/api/types';
import { useAddress } from '@/app/address';
import { scrolling } from '@/app/motion';
import { useOwner } from '@/app/owner';
import { Page } from '@/app/Page';
import { Button } from '@/components/Button';
import { HistoryIcon, PlusIcon } from '@/components/icons';
import { Logo } from '@/components/Logo';
import { Empty, Failure, Loading } from '@/components/states';
import { DocumentViewer } from '@/components/viewer/DocumentViewer';
import { SidePanel } from '@/components/viewer/SidePanel';
import { useText } from '@/i18n';
import { FirstStart } from '@/pages/start/FirstStart';
import { useUploads } from '@/uploads/uploads';
import { chat, useConversations, type Ask } from './chat';
import { Composer } from './Composer';
import type { Turn } from './conversation';
import { HistoryDialog } from './HistoryDialog';
import { TurnView } from './TurnView';
import { documentName } from '@/components/documentName';

interface Opened {
  turnId: string;
  citation: Citation;
}

/** Says to screen readers when an answer is complete: one that was asked for here, and may be faster than the page is drawn. */
function Announcer({ last }: { last: Turn | undefined }) {
  const { t } = useText();
  const [opened] = useState(Date.now);
  const asked = useRef('');
  const [said, setSaid] = useState('');
  const { id = '', state, askedAt = 0 } = last ?? {};
  useEffect(() => {
    if (state === 'asking' || askedAt >= opened) asked.current = id;
    setSaid(state === 'asking' ? t('ask.searching') : state === 'done' && asked.current === id ? t('ask.complete') : '');
  }, [id, state, askedAt, opened, t]);
  return (
    <div role="status" className="sr-only">
      {said}
    </div>
  );
}

function Welcome() {
  const { t } = useText();
  return (
    <div className="flex flex-col items-center gap-2 pb-6 text-center">
      <Logo size={44} />
      <p className="text-xl font-semibold">{t('ask.heading')}</p>
      <p className="text-balance text-quiet">{t('ask.intro')}</p>
    </div>
  );
}

export default function AskPage() {
  const { t } = useText();
  const owner = useOwner();
  const mayAdd = useMay('ingest');
  const collections = useCollections();
  const [address, setAddress] = useAddress();
  const [history, setHistory] = useState(false);
  const [opened, setOpened] = useState<Opened | null>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const conversations = useConversations();
  const adding = useUploads().entries.length > 0;
  useEffect(() => void chat.open(owner), [owner]);
  const id = address.get('c');
  const conversation = chat.find(id);
  const turns = conversation?.turns ?? [];
  const last = turns.at(-1);
  const asking = last?.state === 'asking';
  useEffect(() => {
    scroller.current?.lastElementChild?.lastElementChild?.scrollIntoView({ block: 'start', behavior: scrolling() });
  }, [id, turns.length]);

  const open = (next: string | null) => {
    setHistory(false);
    setOpened(null);
    setAddress(new URLSearchParams(next === null ? {} : { c: next }));
  };
  const ask = (wanted: Ask) => {
    const asked = chat.ask(id && conversation ? id : null, wanted);
    if (asked !== id) setAddress(new URLSearchParams({ c: asked }));
  };
  const actions = (
    <>
      {turns.length > 0 && (
        <Button small onClick={() => open(null)}>
          <PlusIcon width={18} height={18} />
          {t('ask.newQuestion')}
        </Button>
      )}
      <Button small onClick={() => setHistory(true)}>
        <HistoryIcon width={18} height={18} />
        {t('ask.history')}
      </Button>
    </>
  );
  const composer = <Composer key={id} further={turns.length > 0} asking={asking} onAsk={ask} onStop={() => last && chat.stop(last.id)} />;
  const isEmpty = collections.data?.every((collection) => collection.documents === 0) ?? false;
  // Until somebody has asked something here, also after the first documents are in.
  const firstStart = mayAdd && (isEmpty || (adding && chat.ready && conversations.length === 0));
  const isReady = collections.data !== undefined && (id === null || chat.ready);
  const askHere = (question: string) => ask({ question, collections: [], generator: '' });
  return (
    <div className="flex min-h-0 flex-1">
      <Page title={t('ask.title')} actions={actions} fill>
        {collections.isError && !collections.data && (
          <div className="px-4 md:px-8">
            <Failure error={collections.error} onRetry={() => void collections.refetch()} />
          </div>
        )}
        {(collections.isPending || (id !== null && !chat.ready)) && <div className="px-4 md:px-8"><Loading /></div>}
        {isReady && turns.length === 0 && firstStart && <FirstStart onAsk={askHere} composer={composer} />}
        {isReady && turns.length === 0 && !firstStart && (
          <div className="mx-auto flex w-full max-w-2xl flex-1 flex-col justify-center px-4 pb-24">
            {isEmpty ? (
              <Empty title={t('ask.noneTitle')} text={t('ask.noneText')} />
            ) : (
              <>
                <Welcome />
                {composer}
              </>
            )}
          </div>
        )}
        {turns.length > 0 && (
          <>
            <div ref={scroller} className="min-h-0 flex-1 overflow-y-auto px-4 md:px-8">
              <div className="mx-auto flex max-w-2xl flex-col gap-8 pt-2 pb-6">
                {turns.map((turn) => (
                  <TurnView
                    key={turn.id}
                    turn={turn}
                    current={opened?.turnId === turn.id ? opened.citation.n : null}
                    onOpen={(citation) => setOpened({ turnId: turn.id, citation })}
                    onRetry={() => conversation && chat.retry(conversation.id, turn.id)}
                  />
                ))}
              </div>
            </div>
            <div className="px-4 pb-4 md:px-8">
              <div className="mx-auto max-w-2xl">{composer}</div>
            </div>
          </>
        )}
        <Announcer last={last} />
      </Page>
      {opened && (
        <SidePanel label={documentName(opened.citation)} onClose={() => setOpened(null)}>
          <DocumentViewer
            key={opened.citation.document_id}
            documentId={opened.citation.document_id}
            span={opened.citation.span}
            quote={opened.citation.quote}
            page={opened.citation.page}
            onClose={() => setOpened(null)}
          />
        </SidePanel>
      )}
      {history && <HistoryDialog onOpen={open} onClose={() => setHistory(false)} />}
    </div>
  );
}
