import { useMutation, useQueries, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { path, request } from '@/api/client';
import { asApiError } from '@/api/problem';
import { useCollections } from '@/api/queries';
import type { Chunk, Page } from '@/api/types';
import { scrolling } from '@/app/motion';
import { Button } from '@/components/Button';
import { TextField } from '@/components/Field';
import { CheckIcon } from '@/components/icons';
import { Failure } from '@/components/states';
import { useText } from '@/i18n';
import { DropArea, FileButtons } from '@/uploads/DropArea';
import type { ChosenFile } from '@/uploads/files';
import { UploadList } from '@/uploads/UploadList';
import { uploads, useUploads } from '@/uploads/uploads';
import { topicsOf } from './suggest';
import { documentName } from '@/components/documentName';

function Step({ number, title, done, active, children }: { number: number; title: string; done: boolean; active: boolean; children: ReactNode }) {
  return (
    <li className="flex gap-3 sm:gap-4">
      <span
        aria-hidden="true"
        className={`numbers mt-0.5 flex size-7 shrink-0 items-center justify-center rounded-full text-sm font-semibold ${
          done ? 'bg-tint text-accent' : active ? 'bg-accent text-on-accent' : 'bg-sunken text-quiet'
        }`}
      >
        {done ? <CheckIcon width={16} height={16} /> : number}
      </span>
      <div className={`min-w-0 flex-1 pb-7 ${active || done ? '' : 'text-quiet'}`}>
        <h2 className="mb-1 font-semibold">{title}</h2>
        {children}
      </div>
    </li>
  );
}

/** Makes the collection when the first files are given, unless it is there. */
function useAddFiles(name: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (files: ChosenFile[]) => {
      await request('/v1/collections', { method: 'POST', body: { name } }).catch((thrown: unknown) => {
        if (asApiError(thrown).status !== 409) throw thrown;
      });
      await uploads.add(name, files);
      await client.invalidateQueries({ queryKey: ['collections'] });
    },
  });
}

const read = 24; // Documents that suggestions are taken from.

/** Questions that the documents which are ready may answer. */
function useSuggestions(ready: { id: string; name: string }[]): string[] {
  const { t, language } = useText();
  const sources = useQueries({
    queries: ready.slice(0, read).map(({ id, name }) => ({
      queryKey: ['suggestions', id],
      queryFn: async ({ signal }: { signal: AbortSignal }) => ({
        title: name,
        chunks: (await request<Page<Chunk>>(path`/v1/documents/${id}/chunks`, { query: { limit: 30 }, signal })).items,
      }),
      staleTime: Infinity,
    })),
  }).flatMap((query) => query.data ?? []);
  return topicsOf(sources, language).map(({ topic, asked }) => (asked ? topic : t('start.about', { topic })));
}

interface Props {
  onAsk: (question: string) => void;
  composer: ReactNode;
}

/** Takes a newcomer from nothing to an answer: add, watch, ask. */
export function FirstStart({ onAsk, composer }: Props) {
  const { t } = useText();
  const { entries, counts } = useUploads();
  const existing = useCollections().data?.[0]?.name;
  const [typed, setTyped] = useState<string | null>(null);
  const name = typed ?? existing ?? t('start.collectionDefault');
  const adding = useAddFiles(name.trim());
  const ready = entries.flatMap(({ state, documentId, name: file }) =>
    documentId && (state === 'indexed' || state === 'unchanged') ? [{ id: documentId, name: documentName({ title: '', external_id: file }) }] : [],
  );
  const canAsk = ready.length > 0;
  const suggestions = useSuggestions(ready);
  const last = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (canAsk) last.current?.scrollIntoView({ block: 'nearest', behavior: scrolling() });
  }, [canAsk, suggestions.length]);
  const begun = entries.length > 0;
  const add = (files: ChosenFile[]) => name.trim() && adding.mutate(files);
  return (
    <DropArea onFiles={add} className="min-h-0 flex-1 overflow-y-auto px-4 md:px-8">
      <div className="mx-auto w-full max-w-2xl pt-2 pb-10">
        <p className="text-xl font-semibold">{t('start.heading')}</p>
        <p className="mt-1 mb-7 text-quiet">{t('start.intro')}</p>
        <ol>
          <Step number={1} title={t('start.stepAdd')} done={begun} active={!begun}>
            {!begun && <p className="mb-3">{t('start.stepAddText')}</p>}
            <div className="flex flex-wrap gap-2">
              <FileButtons onFiles={add} small={begun} />
            </div>
            {!begun && !existing && (
              <div className="mt-4 max-w-sm">
                <TextField label={t('start.collection')} hint={t('start.collectionHint')} maxLength={128} value={name} onChange={(event) => setTyped(event.target.value)} />
              </div>
            )}
            {adding.isError && (
              <div className="mt-3">
                <Failure error={adding.error} compact />
              </div>
            )}
          </Step>
          <Step number={2} title={t('start.stepRead')} done={begun && counts.active === 0 && counts.done > 0} active={begun}>
            {counts.active > 0 || !begun ? <p className="mb-3">{t('start.stepReadText')}</p> : null}
            <UploadList short />
          </Step>
          <Step number={3} title={t('start.stepAsk')} done={false} active={canAsk}>
            {canAsk && (
              <div ref={last} className="scroll-mb-8">
                <p className="mb-2">{t('start.stepAskText')}</p>
                <div className="mb-4 flex flex-col items-start gap-2">
                  {suggestions.map((question) => (
                    <Button key={question} className="text-left" onClick={() => onAsk(question)}>
                      {question}
                    </Button>
                  ))}
                </div>
                {composer}
              </div>
            )}
          </Step>
        </ol>
      </div>
    </DropArea>
  );
}
