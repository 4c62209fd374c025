import type * as en from '../en/viewer';
import type { Translated } from '../text';

export const viewer: Translated<typeof en.viewer> = {
  label: '文件',
  views: '文件的檢視方式',
  details: '詳細資料',
  text: '文字',
  chunks: '段落',
  original: '原始檔',
  chunk: '段落 {number}',
  page: '第 {page} 頁',
  pageOf: '第 {page} 頁，共 {pages} 頁',
  save: '儲存原始檔',
  saveFailed: '無法載入原始檔。',
  emptyTitle: '沒有文字內容',
  emptyText: '這份文件沒有可供搜尋的文字，例如未經文字辨識的掃描檔。',
  notYetTitle: '尚未建立索引',
  notYetText: '建立索引之後，這裡會顯示從文件讀到的內容。目前的進度請見「詳細資料」。',
  quoteGone: '這份文件在引用之後已有變更，原引文已不在其中。',
  noPreviewTitle: '此格式無法預覽',
  noPreviewText: '「文字」分頁會顯示讀取到的所有內容。原始檔大小為 {size}。',
};
