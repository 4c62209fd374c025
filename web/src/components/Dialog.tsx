import { useEffect, useId, useRef, type ReactNode } from 'react';
import { useText } from '@/i18n';
import { Button, IconButton } from './Button';
import { CloseIcon } from './icons';

interface Props {
  title: string;
  onClose: () => void;
  children: ReactNode;
  footer?: ReactNode;
  wide?: boolean;
}

/** A modal dialog: the browser keeps the focus inside, makes the rest inert and closes it with Escape. */
export function Dialog({ title, onClose, children, footer, wide = false }: Props) {
  const { t } = useText();
  const element = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const dialog = element.current;
    if (dialog && !dialog.open) dialog.showModal();
  }, []);
  return (
    <dialog
      ref={element}
      aria-labelledby={heading}
      onClose={(event) => event.target === event.currentTarget && onClose()}
      onMouseDown={(event) => {
        if (event.target === element.current) element.current.close();
      }}
      className={`m-auto max-h-[min(100dvh-2rem,48rem)] w-[calc(100vw-2rem)] overflow-hidden rounded-lg border border-line bg-raised p-0 text-ink shadow-xl ${wide ? 'max-w-3xl' : 'max-w-md'}`}
    >
      <div className="flex max-h-[inherit] flex-col">
        <header className="flex items-center justify-between gap-2 border-b border-line py-2 pr-2 pl-5">
          <h2 id={heading} className="text-base font-semibold">
            {title}
          </h2>
          <IconButton label={t('common.close')} onClick={() => element.current?.close()}>
            <CloseIcon />
          </IconButton>
        </header>
        <div className="min-h-0 overflow-y-auto px-5 py-4">{children}</div>
        {footer && <footer className="flex flex-wrap justify-end gap-2 border-t border-line px-5 py-3">{footer}</footer>}
      </div>
    </dialog>
  );
}

interface ConfirmProps {
  title: string;
  text: string;
  action: string;
  busy?: boolean;
  onConfirm: () => void;
  onClose: () => void;
}

/** Asks before something that cannot be undone. */
export function Confirm({ title, text, action, busy = false, onConfirm, onClose }: ConfirmProps) {
  const { t } = useText();
  const footer = (
    <>
      <Button onClick={onClose} autoFocus>
        {t('common.cancel')}
      </Button>
      <Button look="danger" busy={busy} onClick={onConfirm}>
        {action}
      </Button>
    </>
  );
  return (
    <Dialog title={title} onClose={onClose} footer={footer}>
      <p>{text}</p>
    </Dialog>
  );
}
