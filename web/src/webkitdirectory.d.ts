import 'react';

declare module 'react' {
  interface InputHTMLAttributes<T> {
    /** Chooses a folder instead of files; all browsers know it under this name. */
    webkitdirectory?: T extends HTMLInputElement ? '' : never;
  }
}
