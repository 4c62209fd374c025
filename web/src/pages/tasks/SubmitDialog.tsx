import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState, type FormEvent } from 'react';
import { request } from '@/api/client';
import { useCollections } from '@/api/queries';
import { Button } from '@/components/Button';
import { Dialog } from '@/components/Dialog';
import { Select, TextArea } from '@/components/Field';
import { Failure } from '@/components/states';
import { useText } from '@/i18n';
import type { Task } from './types';

/** A question whose answer may take its time. */
export function SubmitDialog({ onDone, onClose }: { onDone: (task: Task) => void; onClose: () => void }) {
  const { t, format } = useText();
  const client = useQueryClient();
  const form = useId();
  const [question, setQuestion] = useState('');
  const [collection, setCollection] = useState('');
  const [priority, setPriority] = useState(5);
  const [missing, setMissing] = useState(false);
  const collections = useCollections();
  const submission = useMutation({
    mutationFn: () =>
      request<Task>('/v1/tasks', {
        method: 'POST',
        body: { type: 'answer', priority, payload: { question: question.trim(), ...(collection && { collections: [collection] }) } },
      }),
    onSuccess: (task) => {
      void client.invalidateQueries({ queryKey: ['tasks'] });
      onDone(task);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setMissing(question.trim() === '');
    if (question.trim() !== '') submission.mutate();
  };
  const footer = (
    <>
      <Button onClick={onClose}>{t('common.cancel')}</Button>
      <Button type="submit" form={form} look="main" busy={submission.isPending}>
        {t('tasks.submit.action')}
      </Button>
    </>
  );
  return (
    <Dialog title={t('tasks.submit.title')} onClose={onClose} footer={footer}>
      <form id={form} onSubmit={submit} noValidate className="flex flex-col gap-4">
        <p className="text-quiet">{t('tasks.submit.text')}</p>
        <TextArea
          label={t('tasks.submit.question')}
          rows={3}
          maxLength={10_000}
          required
          autoFocus
          value={question}
          error={missing ? t('tasks.submit.empty') : undefined}
          onChange={(event) => setQuestion(event.target.value)}
        />
        <Select label={t('tasks.submit.collections')} value={collection} onChange={(event) => setCollection(event.target.value)}>
          <option value="">{t('search.everywhere')}</option>
          {collections.data?.map(({ name }) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </Select>
        <Select label={t('tasks.priority')} hint={t('tasks.priorityHint')} value={priority} onChange={(event) => setPriority(Number(event.target.value))}>
          {Array.from({ length: 10 }, (_, i) => (
            <option key={i} value={i}>
              {format.number(i)}
            </option>
          ))}
        </Select>
        {submission.isError && <Failure error={submission.error} compact />}
      </form>
    </Dialog>
  );
}
