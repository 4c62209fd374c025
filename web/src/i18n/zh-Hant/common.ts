import type * as en from '../en/common';
import type { Translated } from '../text';

export const app: Translated<typeof en.app> = {
  name: 'Cairn',
  windowTitle: '{page} · Cairn',
  skip: '跳到主要內容',
  settings: '語言、外觀與帳號',
  language: '語言',
  languages: { en: 'English', 'zh-Hant': '繁體中文' },
  theme: '外觀',
  themes: { system: '依系統設定', light: '淺色', dark: '深色' },
  signOut: '登出 {name}',
  offline: '這台電腦目前離線。網路恢復後，Cairn 會自動繼續。',
  unreachable: '伺服器沒有回應，正在重試……',
  brokenTitle: '這個頁面發生錯誤',
  brokenText: '伺服器上的資料沒有受到影響。以下訊息有助於找出原因。',
  reload: '重新載入',
  notFoundTitle: '找不到這個頁面',
  notFoundText: '網址可能有誤，或內容已不存在。',
  toStart: '回到首頁',
};

export const nav: Translated<typeof en.nav> = {
  label: '頁面',
  ask: '提問',
  search: '搜尋',
  documents: '文件',
  tasks: '工作',
  system: '系統',
};

export const common: Translated<typeof en.common> = {
  close: '關閉',
  cancel: '取消',
  dismiss: '知道了',
  retry: '重試',
  loading: '載入中',
  save: '儲存',
  delete: '刪除',
  requestId: '請求編號 {id}',
  all: '全部',
  bytes: { other: '{count} 位元組' },
};

export const problem: Translated<typeof en.problem> = {
  unreachable: '伺服器沒有回應',
  invalid: '請求有誤',
  'not-found': '找不到這個項目',
  conflict: '與目前狀態衝突',
  unauthenticated: '尚未登入',
  forbidden: '沒有執行此操作的權限',
  limited: '請求過於頻繁',
  unavailable: '部分服務暫時沒有回應',
  corrupt: '儲存的資料已損毀',
  cancelled: '工作已中止',
  unsupported: '這台伺服器沒有這項功能',
  'too-large': '內容過大',
  internal: '發生錯誤',
  words: '伺服器的說明（英文）',
  colon: '：',
  advice: {
    unreachable: '請確認伺服器是否正在執行。',
    invalid: '請檢查輸入的內容。',
    'not-found': '可能已被刪除，或你沒有檢視的權限。',
    conflict: '請重新載入頁面，查看變更後的狀態。',
    unauthenticated: '請重新登入。',
    forbidden: '請向管理員申請權限。',
    limited: '請稍後再試。',
    unavailable: '請稍後再試。',
    corrupt: '請管理員執行 cairn fsck。',
    cancelled: '如仍需要，請重新開始。',
    unsupported: '請改用其他方式，或洽管理員。',
    'too-large': '請減少一次傳送的量。',
    internal: '伺服器的紀錄中，以這個請求編號可以查到更多資訊。',
  },
};

export const shortcuts: Translated<typeof en.shortcuts> = {
  title: '鍵盤快速鍵',
  goTo: '前往「{page}」',
  field: '移到頁面的輸入欄',
  help: '顯示這份說明',
  close: '關閉目前開啟的視窗',
};
