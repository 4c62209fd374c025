import type * as en from '../en/signIn';
import type { Translated } from '../text';

export const signIn: Translated<typeof en.signIn> = {
  title: '登入',
  again: '登入已過期。重新登入即可繼續，這一頁的內容不會遺失。',
  withPassword: '使用密碼',
  withKey: '使用 API 金鑰',
  user: '使用者名稱',
  userHint: '其他租戶請輸入：租戶/名稱',
  password: '密碼',
  key: 'API 金鑰',
  keyHint: '以 cairn_ 開頭。這個瀏覽器會保留金鑰，直到你登出。',
  action: '登入',
  wrong: '使用者名稱或密碼不正確。',
  wrongKey: '伺服器不認得這把金鑰，或金鑰已撤銷、已過期。',
  wait: { other: '嘗試次數過多，請在 {count} 秒後再試。' },
  lost: '沒有密碼或金鑰？請在存放資料的機器上執行：',
  command: 'cairn keys create 名稱 --scopes admin',
};
