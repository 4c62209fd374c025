import type * as en from '../en/uploads';
import type { Translated } from '../text';

export const uploads: Translated<typeof en.uploads> = {
  title: '正在加入的檔案',
  files: '檔案',
  chooseFiles: '選擇檔案',
  chooseFolder: '選擇資料夾',
  drop: '將檔案或資料夾拖放到這裡',
  adding: { other: '已完成 {done}／{count} 個檔案' },
  added: { other: '已加入 {count} 個檔案' },
  bad: { other: '{count} 個需要處理' },
  bytes: '已傳送 {sent}／{size}',
  sending: '傳送中 {sent}／{size}',
  progressOf: '{name} 的進度',
  state: {
    waiting: '等待中',
    indexed: '已建立索引',
    unchanged: '先前已存在，內容未變',
    failed: '失敗',
    refused: '未被接受',
    lost: '這個大型檔案尚未傳完頁面就關閉了，請重新選擇',
  },
  stop: '停止傳送',
  clear: '清除清單',
};
