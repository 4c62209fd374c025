import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { path, request } from '@/api/client';
import { useMay } from '@/api/queries';
import type { Collection } from '@/api/types';
import { Button, IconButton } from '@/components/Button';
import { Dialog } from '@/components/Dialog';
import { Select, TextArea, TextField } from '@/components/Field';
import { MoreIcon } from '@/components/icons';
import { Menu, MenuItem } from '@/components/Menu';
import { Removal } from '@/components/Removal';
import { Failure } from '@/components/states';
import { useToasts } from '@/components/Toasts';
import { useText } from '@/i18n';

export function NewCollection({ onMade, onClose }: { onMade: (name: string) => void; onClose: () => void }) {
  const { t } = useText();
  const { say } = useToasts();
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const making = useMutation({
    mutationFn: () => request<Collection>('/v1/collections', { method: 'POST', body: { name: name.trim(), description } }),
    onSuccess: async (made) => {
      await client.invalidateQueries({ queryKey: ['collections'] });
      say(t('documents.created', { name: made.name }));
      onMade(made.name);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim()) making.mutate();
  };
  return (
    <Dialog title={t('documents.newCollection')} onClose={onClose}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <TextField label={t('documents.name')} hint={t('documents.nameHint')} maxLength={128} required autoFocus value={name} onChange={(event) => setName(event.target.value)} />
        <TextArea label={t('documents.description')} rows={2} maxLength={10_000} value={description} onChange={(event) => setDescription(event.target.value)} />
        {making.isError && <Failure error={making.error} compact />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button type="submit" look="main" busy={making.isPending}>
            {t('documents.create')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function DeleteCollection({ collection, onClose }: { collection: Collection; onClose: () => void }) {
  const { t } = useText();
  const { name, documents } = collection;
  return (
    <Removal
      title={t('documents.deleteCollectionTitle', { name })}
      text={t('documents.deleteCollectionText', { count: documents })}
      action={t('common.delete')}
      remove={() => request(path`/v1/collections/${name}`, { method: 'DELETE' })}
      said={t('documents.collectionGone', { name })}
      changes="collections"
      onClose={onClose}
    />
  );
}

interface Props {
  collections: Collection[];
  current: Collection;
  onChange: (name: string) => void;
}

/** Which collection is shown, what it holds, and how to make or delete one. */
export function CollectionBar({ collections, current, onChange }: Props) {
  const { t } = useText();
  const mayChange = useMay('ingest');
  const [asking, setAsking] = useState<'new' | 'delete' | null>(null);
  return (
    <div className="flex min-w-0 items-center gap-1">
      <div className="max-w-64 min-w-0">
        <Select hideLabel label={t('documents.collection')} value={current.name} onChange={(event) => onChange(event.target.value)}>
          {collections.map(({ name }) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </Select>
      </div>
      {mayChange && (
        <Menu
          label={t('documents.collectionActions')}
          trigger={
            <IconButton label={t('documents.collectionActions')}>
              <MoreIcon />
            </IconButton>
          }
        >
          <MenuItem onSelect={() => setAsking('new')}>{t('documents.newCollection')}</MenuItem>
          <MenuItem danger onSelect={() => setAsking('delete')}>
            {t('documents.deleteCollection')}
          </MenuItem>
        </Menu>
      )}
      {asking === 'new' && (
        <NewCollection
          onMade={(name) => {
            setAsking(null);
            onChange(name);
          }}
          onClose={() => setAsking(null)}
        />
      )}
      {asking === 'delete' && <DeleteCollection collection={current} onClose={() => setAsking(null)} />}
    </div>
  );
}
