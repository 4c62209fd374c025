import type * as en from '../en/start';
import type { Translated } from '../text';

export const start: Translated<typeof en.start> = {
  heading: '從你的文件，到有出處的答案',
  intro: '加入幾份文件，等 Cairn 讀完，就可以提問。文件只會留在執行 Cairn 的機器上。',
  stepAdd: '加入文件',
  stepAddText: '支援 PDF、Word、Excel、PowerPoint、網頁、電子郵件、Markdown 與純文字，可以是單一檔案或整個資料夾。拖放到這裡，或：',
  collection: '文件集名稱',
  collectionHint: '文件會存放在文件集中，之後可以再建立更多。',
  collectionDefault: '我的文件',
  stepRead: 'Cairn 閱讀文件',
  stepReadText: '擷取文字、切分段落並建立索引。只要有一份文件完成，就可以開始提問。',
  stepAsk: '提問',
  stepAskText: '寫下你的問題，或從以下問題開始：',
  about: '文件中關於「{topic}」寫了什麼？',
  setupTitle: '建立管理員',
  setupText: '這個連結只能使用一次。請設定之後登入時使用的名稱與密碼。',
  setupUser: '使用者名稱',
  setupUserHint: '可使用英文字母、數字與 . _ @ + -',
  setupPassword: '密碼',
  setupPasswordHint: '至少 8 個字元',
  setupRepeat: '再次輸入密碼',
  setupDiffers: '兩次輸入的密碼不同。',
  setupAction: '建立並登入',
};
