/** A file with its path below what was chosen or dropped. */
export interface ChosenFile {
  name: string;
  file: File;
}

// What systems leave in folders.
const noise = /(^|\/)(\.[^/]*|Thumbs\.db|desktop\.ini|__MACOSX)(\/|$)/;

const isWanted = ({ name }: ChosenFile) => !noise.test(name);

export function chosenFiles(list: FileList): ChosenFile[] {
  return [...list].map((file) => ({ name: file.webkitRelativePath || file.name, file })).filter(isWanted);
}

function fileOf(entry: FileSystemFileEntry): Promise<File | null> {
  return new Promise((done) => entry.file(done, () => done(null)));
}

/** A folder tells its entries in portions, until one is empty. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((done) => reader.readEntries(done, () => done([])));
    if (some.length === 0) return all;
    all.push(...some);
  }
}

async function collect(entry: FileSystemEntry, into: ChosenFile[]): Promise<void> {
  if (entry.isFile) {
    const file = await fileOf(entry as FileSystemFileEntry);
    if (file) into.push({ name: entry.fullPath.replace(/^\//, ''), file });
  } else if (entry.isDirectory) {
    for (const child of await entriesOf(entry as FileSystemDirectoryEntry)) await collect(child, into);
  }
}

/** Everything that was dropped, folders with all that is in them. */
export async function droppedFiles(transfer: DataTransfer): Promise<ChosenFile[]> {
  // Taken before the first wait: afterwards the browser has emptied it.
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  if (entries.length === 0) return chosenFiles(transfer.files);
  const files: ChosenFile[] = [];
  for (const entry of entries) await collect(entry, files);
  return files.filter(isWanted);
}
