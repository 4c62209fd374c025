import type { ReactNode, SVGProps } from 'react';

type Props = SVGProps<SVGSVGElement>;

/** Drawn on a grid of 20, in the colour of the text beside them; never the only name of a thing. */
function icon(drawing: ReactNode) {
  return function Icon(props: Props) {
    return (
      <svg
        viewBox="0 0 20 20"
        width="20"
        height="20"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden="true"
        focusable="false"
        {...props}
      >
        {drawing}
      </svg>
    );
  };
}

export const AskIcon = icon(<path d="M3.5 4.500h13v9h-7l-3.5 3v-3h-2.500z M7 8h6 M7 10.500h4" />);
export const SearchIcon = icon(<path d="M9 14.500a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11z M13 13l4 4" />);
export const DocumentsIcon = icon(<path d="M5 2.500h6.500l3.5 3.500v11.500h-10z M11.5 2.500v3.500h3.5 M7.5 10h5 M7.5 13h5" />);
export const TasksIcon = icon(<path d="M3 5.500l1.5 1.5 2.5-3 M3 13.500l1.5 1.5 2.5-3 M10 6h7 M10 14h7" />);
export const SystemIcon = icon(<path d="M3 4h14v5h-14z M3 11h14v5h-14z M6 6.500h.01 M6 13.500h.01" />);
export const CloseIcon = icon(<path d="M5 5l10 10 M15 5l-10 10" />);
export const MoreIcon = icon(<path d="M4.5 10h.01 M10 10h.01 M15.5 10h.01" strokeWidth="2.5" />);
export const PlusIcon = icon(<path d="M10 4v12 M4 10h12" />);
export const ChevronIcon = icon(<path d="M6 8l4 4 4-4" />);
export const SendIcon = icon(<path d="M10 16v-12 M5 9l5-5 5 5" />);
export const StopIcon = icon(<path d="M6 6h8v8h-8z" fill="currentColor" />);
export const CopyIcon = icon(<path d="M7 7h9v9h-9z M4 13v-9h9" />);
export const RetryIcon = icon(<path d="M15.5 8a6 6 0 1 0 .5 3.5 M16 4v4h-4" />);
export const UploadIcon = icon(<path d="M10 13v-9 M6 8l4-4 4 4 M4 13v3.500h12v-3.5" />);
export const FolderIcon = icon(<path d="M3 5h5l1.5 2h7.500v9h-14z" />);
export const TrashIcon = icon(<path d="M4 6h12 M8 6v-2h4v2 M6 6l.5 10.500h7l.5-10.5" />);
export const WarnIcon = icon(<path d="M10 3.500l7.5 13h-15z M10 8.500v3.5 M10 14.200h.01" />);
export const CheckIcon = icon(<path d="M4 10.500l4 4 8-9" />);
export const HistoryIcon = icon(<path d="M3.5 10a6.5 6.5 0 1 0 2-4.7 M3.5 3.500v3h3 M10 6.500v4l2.5 1.5" />);
export const MenuIcon = icon(<path d="M3 5.500h14 M3 10h14 M3 14.500h14" />);
export const DownloadIcon = icon(<path d="M10 4v9 M6 9l4 4 4-4 M4 13v3.500h12v-3.5" />);
export const FilterIcon = icon(<path d="M3 5h14 M6 10h8 M8.5 15h3" />);
