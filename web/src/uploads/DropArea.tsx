import { useEffect, useRef, useState, type ReactNode } from 'react';
import { Button } from '@/components/Button';
import { FolderIcon, UploadIcon } from '@/components/icons';
import { useText } from '@/i18n';
import { takeDrops } from './drops';
import { chosenFiles, type ChosenFile } from './files';

type OnFiles = (files: ChosenFile[]) => void;

/** Two buttons that let people choose files, or a folder with all that is in it. */
export function FileButtons({ onFiles, small = false }: { onFiles: OnFiles; small?: boolean }) {
  const { t } = useText();
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const take = (input: HTMLInputElement) => {
    if (input.files?.length) onFiles(chosenFiles(input.files));
    input.value = '';
  };
  return (
    <>
      <input ref={files} type="file" multiple hidden onChange={(event) => take(event.target)} />
      <input ref={folder} type="file" webkitdirectory="" hidden onChange={(event) => take(event.target)} />
      <Button look="main" small={small} onClick={() => files.current?.click()}>
        <UploadIcon width={18} height={18} />
        {t('uploads.chooseFiles')}
      </Button>
      <Button small={small} onClick={() => folder.current?.click()}>
        <FolderIcon width={18} height={18} />
        {t('uploads.chooseFolder')}
      </Button>
    </>
  );
}

/** While it is shown, takes what is dropped anywhere on the page. */
export function DropArea({ onFiles, disabled = false, className = '', children }: { onFiles: OnFiles; disabled?: boolean; className?: string; children: ReactNode }) {
  const { t } = useText();
  const [over, setOver] = useState(false);
  const latest = useRef(onFiles);
  latest.current = onFiles;
  useEffect(() => (disabled ? undefined : takeDrops({ onOver: setOver, onFiles: (files) => latest.current(files) })), [disabled]);
  return (
    <div className={`relative ${className}`}>
      {children}
      {over && (
        <div className="pointer-events-none absolute inset-2 z-20 flex items-center justify-center rounded-lg border-2 border-dashed border-accent bg-tint">
          <p className="text-lg font-medium text-accent">{t('uploads.drop')}</p>
        </div>
      )}
    </div>
  );
}
