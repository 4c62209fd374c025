import { useState } from 'react';
import type { Document } from '@/api/types';
import { Button } from '@/components/Button';
import { Dialog } from '@/components/Dialog';
import { TextArea, TextField } from '@/components/Field';
import { Failure } from '@/components/states';
import { useToasts } from '@/components/Toasts';
import { useText } from '@/i18n';
import { parseAcl, parseMetadata, useChangeDocument } from './changes';

export function EditDialog({ document, onClose }: { document: Document; onClose: () => void }) {
  const { t } = useText();
  const { say } = useToasts();
  const [title, setTitle] = useState(document.title);
  const [acl, setAcl] = useState(document.acl.join('\n'));
  const [metadata, setMetadata] = useState(JSON.stringify(document.metadata, null, 2));
  const change = useChangeDocument(document.id);
  const aclLines = parseAcl(acl);
  const fields = parseMetadata(metadata);
  const save = () => {
    if (aclLines === null || fields === null) return;
    change.mutate(
      { title, acl: aclLines, metadata: fields },
      {
        onSuccess: () => {
          say(t('documents.saved'));
          onClose();
        },
      },
    );
  };
  const footer = (
    <>
      <Button onClick={onClose}>{t('common.cancel')}</Button>
      <Button look="main" busy={change.isPending} disabled={aclLines === null || fields === null} onClick={save}>
        {t('common.save')}
      </Button>
    </>
  );
  return (
    <Dialog title={t('documents.form.heading')} onClose={onClose} footer={footer} wide>
      <div className="flex flex-col gap-4">
        <TextField label={t('documents.form.title')} maxLength={1000} value={title} onChange={(event) => setTitle(event.target.value)} />
        <TextArea
          label={t('documents.form.acl')}
          hint={t('documents.form.aclHint')}
          error={aclLines === null ? t('documents.form.aclWrong') : undefined}
          rows={3}
          spellCheck={false}
          value={acl}
          onChange={(event) => setAcl(event.target.value)}
        />
        <TextArea
          label={t('documents.form.metadata')}
          hint={t('documents.form.metadataHint')}
          error={fields === null ? t('documents.form.metadataWrong') : undefined}
          rows={7}
          spellCheck={false}
          className="font-mono text-sm"
          value={metadata}
          onChange={(event) => setMetadata(event.target.value)}
        />
        {change.isError && <Failure error={change.error} compact />}
      </div>
    </Dialog>
  );
}
