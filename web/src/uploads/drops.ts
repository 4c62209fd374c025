import { droppedFiles, type ChosenFile } from './files';

interface Taker {
  /** Whether files are held above the page just now. */
  onOver: (over: boolean) => void;
  onFiles: (files: ChosenFile[]) => void;
}

const carriesFiles = (event: DragEvent): event is DragEvent & { dataTransfer: DataTransfer } => event.dataTransfer?.types.includes('Files') ?? false;

/** A file that is dropped where nobody takes it is not opened in the place of the page. */
export function keepPage(): () => void {
  const onDrag = (event: DragEvent) => {
    if (!carriesFiles(event) || event.defaultPrevented) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = 'none';
  };
  window.addEventListener('dragover', onDrag);
  window.addEventListener('drop', onDrag);
  return () => {
    window.removeEventListener('dragover', onDrag);
    window.removeEventListener('drop', onDrag);
  };
}

/** Takes the files that are dropped on the page, unless a dialog stands above it. Returns how to end it. */
export function takeDrops({ onOver, onFiles }: Taker): () => void {
  let depth = 0; // Elements entered and not left.
  const listening = new AbortController();
  const on = (name: 'dragenter' | 'dragover' | 'dragleave' | 'drop', act: (transfer: DataTransfer) => void) =>
    document.addEventListener(
      name,
      (event) => {
        if (!carriesFiles(event) || document.querySelector('dialog:modal')) return;
        event.preventDefault();
        act(event.dataTransfer);
      },
      { signal: listening.signal },
    );
  on('dragenter', () => onOver(++depth > 0));
  on('dragover', () => {});
  on('dragleave', () => onOver((depth = Math.max(0, depth - 1)) > 0));
  on('drop', (transfer) => {
    depth = 0;
    onOver(false);
    void droppedFiles(transfer).then((files) => files.length > 0 && onFiles(files));
  });
  return () => listening.abort();
}
