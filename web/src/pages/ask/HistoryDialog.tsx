import { IconButton } from '@/components/Button';
import { Dialog } from '@/components/Dialog';
import { TrashIcon } from '@/components/icons';
import { useText } from '@/i18n';
import { chat, useConversations } from './chat';

/** What was asked before, newest first. */
export function HistoryDialog({ onOpen, onClose }: { onOpen: (id: string) => void; onClose: () => void }) {
  const { t, format } = useText();
  const conversations = useConversations();
  return (
    <Dialog title={t('ask.history')} onClose={onClose}>
      <p className="mb-2 text-sm text-quiet">{conversations.length > 0 ? t('ask.historyNote') : t('ask.historyEmpty')}</p>
      <ul className="-mx-2 flex flex-col">
        {conversations.map(({ id, title, updatedAt }) => (
          <li key={id} className="flex items-center rounded-md hover:bg-sunken">
            <button type="button" className="min-w-0 flex-1 rounded-md px-2 py-1.5 text-left" onClick={() => onOpen(id)}>
              <span className="line-clamp-2">{title}</span>
              <span className="block text-sm text-quiet">{format.since(new Date(updatedAt).toISOString())}</span>
            </button>
            <IconButton label={t('ask.forget', { title })} onClick={() => chat.remove(id)}>
              <TrashIcon width={18} height={18} />
            </IconButton>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
