#pragma once

#include <string_view>

// Chinese words are in Simplified characters, as text::fold() gives them. Words are separated by blanks, a blank inside
// a phrase is "_".
namespace cairn::checking {

/// One meaning a line.
inline constexpr std::string_view synonyms[] = {
    "buy bought purchase 购买 采购 买",
    "annual yearly 年度",
    "leave vacation time_off 休假 假期",
    "special_leave 特休 特别休假 年假",
    "cost price charge fee rate 价格 费用 价钱",
    "pay paid pays payment 支付 付款 给付",
    "receive get obtain gain 获得 得到 领取 收到",
    "give gave given grant provide supply offer 提供 给予 给",
    "start begin began begun commence open 开始 起 开放",
    "end finish expire lapse conclude terminate 结束 终止 到期 期满 届满 止",
    "keep kept retain store hold preserve 保存 保留 储存 存放",
    "work operate function run 运作 运转",
    "last continue 持续 连续",
    "require need must necessary mandatory obligatory shall should have_to has_to compulsory 需要 必须 须 应 应该 要 "
    "需 得要 应当",
    "allow permit may can allowed possible able could 可以 可 能 能够 允许 准许 得以 得",
    "send sent deliver ship dispatch forward transmit pass_on passed_on 寄 寄送 寄出 发送 传送 递送 送出",
    "report notify inform tell announce 报告 通报 通知 告知 回报",
    "fix repair mend remedy 修复 维修 修理",
    "replace exchange change swap 更换 替换 换",
    "calibrate 校正 校准",
    "measure measurement 量测 测量",
    "clean wash rinse 清洗 清洁 冲洗",
    "approve consent agree agreement 同意 核准 批准",
    "decide decision resolve resolution 决议 决定",
    "contract agreement 合约 契约 合同",
    "vote 投票 表决",
    "move relocate relocation transfer 搬迁 搬家 搬到 迁移 搬",
    "cause reason due_to because_of 原因 造成 导致 引起",
    "affect concern impact 影响",
    "lose loss 遗失 丧失 损失",
    "die death pass_away 过世 去世 死亡 丧亡 身故",
    "company firm corporation enterprise 公司 企业",
    "manager supervisor boss 主管 经理",
    "customer client 客户 顾客",
    "supplier vendor provider 供应商 厂商",
    "password passcode 密码",
    "account 帐号 账号 帐户",
    "site location place venue 地点 位置 场所",
    "home house 家",
    "return_home 回家 返家",
    "arrive reach arrival 到场 抵达 到达 到货 送达",
    "depart leave_for departure 出发 启程",
    "trip journey travel business_trip 出差 差旅",
    "document certificate receipt voucher 单据 收据 凭证",
    "doctor physician 医师 医生",
    "see_a_doctor 就医 看医生",
    "immediately at_once straight_away instantly 立即 立刻 马上 尽速 尽快",
    "salary wage pay_cheque 薪资 薪水 工资",
    "free free_of_charge without_charge at_no_cost 免费 无偿",
    "own belong property 属 属于 归 归属",
    "use apply employ utilise utilize 使用 利用 应用",
    "write written writing 书面",
    "law legislation 法律",
    "govern 管辖 适用",
    "dispute conflict 争议 纠纷",
    "information data 资料 数据",
    "share proportion portion percentage part",
    "total overall altogether 总共 共 合计 总计 一共",
    "average mean 平均",
    "turnover sales revenue 营收 营业额",
    "profit margin 毛利",
    "quick fast rapid 快速 迅速",
    "big large great 大",
    "small little 小",
    "single one sole alone",
    "double twice twofold 两倍 加倍",
    "half 半 一半 折半 减半 半数",
    "party celebration 派对",
    "join 加入 到职 入职",
    "resign quit 离职 辞职",
    "engineer 工程师",
    "child children 子女 孩子 小孩",
    "parent mother father 父母 双亲",
    "spouse wife husband 配偶",
    "marriage wedding 结婚 婚",
    "family relative dependant 眷属 家属 家人",
    "car vehicle automobile 汽车 自用车 车",
    "motorcycle scooter 机车 摩托车",
    "taxi cab 计程车 出租车",
    "train railway 火车",
    "flight plane aircraft 航班 飞机 班机",
    "hotel accommodation lodging 旅馆 饭店 住宿",
    "meal food 餐",
    "limit cap maximum ceiling 上限",
    "minimum floor 下限",
    "fine penalty 罚款 违约金",
    "deduct subtract 扣 扣除 扣减",
    "subsidy allowance benefit 补助 津贴",
    "bonus 奖金",
    "invoice bill 发票",
    "order booking 订单",
    "device instrument equipment apparatus 仪器 设备 装置",
    "probe sensor 探头 感测器 传感器",
    "battery cell pack 电池",
    "replacement_unit loan_instrument 备用机",
    "glove gloves 手套",
    "goggles safety_glasses 护目镜",
    "mix blend combine 混合 掺",
    "produce generate create 产生 生成",
    "vomit 呕吐",
    "induce_vomiting 催吐",
    "swallow swallowed ingest ingestion 吞食 误食 吞入 误吞",
    "contact touch 接触",
    "skin 皮肤",
    "eye 眼睛",
    "water 水 清水",
    "float 浮",
    "temperature 温度",
    "period term duration length_of_time 期间 期限 时间",
    "renew renewal extend extension prolong 续约 延长 展延",
    "carry_over carried_over carry_forward carried_forward 递延 延后使用",
    "interview 面谈 面试",
    "propose proposal suggest suggestion 提议 提案 建议",
    "purpose aim goal 目的 目标",
    "understand 了解 理解 认识",
    "trial pilot 试办 试行",
    "employee_trip company_outing 员工旅游",
    "back_up backup 备份",
    "restore restoration 还原",
    "practise practice exercise rehearse 演练",
    "night nightly 夜间",
    "reset 重设",
    "link 连结 链接",
    "valid validity effective 有效",
    "void invalid 失效 无效",
    "sunlight sunshine 日晒 日光 阳光",
    "cool shady 阴凉",
    "respond response reply answer 回应 答复",
    "bring take_along 携带",
    "gather meet assemble 集合",
    "sign_up register enrol 报名 登记",
    "rubbish trash garbage litter waste 垃圾",
    "collect pick_up picked_up 捡 收集",
    "most_of 最多",
    "calculate count compute calculated counted 计算 起算 依",
    "following next subsequent 次 隔 下",
    "previous preceding prior former 前次 上次",
    "labour_standards_act 劳动基准法 劳基法",
    "general ordinary common 一般",
    "lake 湖",
    "river 河 河川 溪",
    "remain left_over remaining stay 剩余 其余",
    "miss missing absent lacking 缺 尚缺 还缺 欠缺",
    "compare compared comparison 相较",
    "account_for accounted_for make_up made_up constitute represent 占",
    "happen occur take_place takes_place held occurs 发生 举行 举办",
    "wear 配戴 戴",
    "wait 等候 等待",
    "press push 按",
    "show display 显示",
    "fail failure failed 失败",
    "protect protection 保护 防护",
    "甲方",
    "乙方",
    "丙方",
    "found founded establish established set_up 成立 创立 设立",
    "responsible look_after looks_after in_charge 负责 照顾",
    "like enjoy fond 喜欢 兴趣 爱好",
    "sell sold sale 出售 卖 售出",
    "simultaneously at_the_same_time concurrently 同时",
    "contribute contribution pay_in 缴纳 提拨",
    "height 高度",
    "set configure set_up 设定 设置",
    "build built construct 建造 兴建",
    "find found discover 发现 找到",
    "teach train training educate course 训练 培训 教育训练",
    "ill sick illness sickness 生病 患病 病",
    "lend loan rent hire lease 租借 租用 出租 租",
    "confirm confirmation verify 确认 证实",
    "know aware 知道 知悉",
    "help assist support 协助 帮助",
    "check inspect examine inspection 检查 查看",
    "choose select pick 选择 挑选",
    "store_up stock inventory 库存 备货",
    "break broken damage damaged 损坏 故障 破损",
    "cancel call_off 取消",
    "attend participate take_part 出席 参加 参与",
    "present presented presentation 报告 简报",
    "lead led guide 带领",
    "teacher instructor 讲师 老师",
    "distribution_partner distributor reseller dealer 经销商",
    "secret confidential 机密 保密",
    "forbid_smoking 禁烟"};

/// Two sides of an opposition, "plus | minus".
inline constexpr std::string_view oppositions[] = {
    "more 年满 已满 above over higher exceed at_least increase rise rose risen raise grow grew up_from higher_than "
    "more_than "
    "greater longer_than no_less_than 高于 超过 以上 至少 增加 上升 提高 调高 成长 多于 大于 不低于 不少于 变高 上调 "
    "调升 逾 | "
    "less 还没满 没满 less below under lower younger at_most decrease fall fell fallen reduce reduction drop decline "
    "down_from lower_than "
    "less_than "
    "fewer up_to no_more_than within smaller shorter_than 低于 以下 未满 不满 不到 最多 至多 减少 下降 降低 调降 下调 "
    "少于 小于 "
    "不超过 不高于 以内 变低 调低",
    "after afterwards later_than following_the since 之后 以后 过后 后 晚于 | before earlier_than prior_to ahead_of "
    "beforehand "
    "之前 以前 前 早于 事前 事先 预先",
    "new newer newest 新 较新 | old older oldest 旧 较旧",
    "include included including contain with 包含 包括 含 内含 附 | exclude excluded excluding 排除",
    "automatic automatically automated 自动 | manual manually by_hand 手动 人工",
    "first 首 | last_one final 末",
    "early earlier 提前 提早 | late later delayed 延后 延迟 推迟",
    "inside indoors 室内 国内 | outside abroad outdoors 室外 国外 户外",
    "full whole complete 全 | partial 部分",
    "open unlock 开启 打开 | close closed shut lock 关闭 关上 锁定",
    "win won winner | lose lost loser",
    "enable enabled 启用 开启 | disable disabled 停用",
    "gain profit 盈余 获利 | loss deficit 亏损",
    "exclusive sole 独家 | non-exclusive",
    "public 公开 | confidential private secret internal 机密",
    "permanent permanently forever without_limit unlimited 永久 永远 | temporary temporarily 暂时 临时",
    "always every_time 总是 一律 皆 | sometimes occasionally 有时 偶尔",
    "weekday working_day workday 平日 工作天 工作日 | weekend 周末 假日",
    "morning 上午 早上 | afternoon evening 下午 晚上",
    "left 左 左侧 | right 右 右侧",
    "north northern 北 | south southern 南",
    "east eastern 东侧 | west western 西侧",
    "hot warm 热 高温 | cold cool 冷 低温",
    "arrived delivered present 到货 送达 | missing lacking outstanding 缺货 未到",
    "agree agreed favour in_favour support supports supported supporter 支持 approve accept 同意 赞成 通过 接受 | "
    "disagree oppose against reject decline_it refuse 反对 "
    "否决 拒绝 驳回",
    "effective valid works 有效 | void invalid ends_warranty 失效 无效",
    "reimbursed reimburse refund pay_back 报销 补助 实报实销 | unreimbursed 自费 自付",
    "add added adds 新增 增设 | remove removed removes delete deleted 移除 删除",
    "stay stays remain remains unchanged | leave leaves change changes changed",
    "available | unavailable",
    "safe harmless 安全 | dangerous unsafe harmful 危险 有害",
    "wet damp moist 湿 | dry dried 干",
    "common frequent often 常见 常常 经常 | rare seldom rarely 罕见 很少",
    "easy simple 容易 简单 | difficult hard 困难",
    "strong strongest 强 | weak weakest 弱",
    "rich | poor",
    "cheap cheaper cheapest inexpensive 便宜 | expensive costly dear 昂贵 贵",
    "best better 优于 较佳 | worst worse 劣于 较差",
    "begin_with start_with | end_with",
    "continue continues resume 继续 恢复 照常 照样 | stop stops stopped halt suspend 停止 暂停 停收 停工 中止",
    "upper 上层 | lower_ones 下层",
    "income revenue | expense cost_of",
    "import imported 进口 | export exported 出口 外销",
    "before_tax excluding_tax 未税 | after_tax including_tax 含税"};

/// Turn their clause round.
inline constexpr std::string_view negations =
    "not no never none nobody nothing neither nor without cannot can't don't doesn't didn't won't isn't aren't wasn't "
    "weren't mustn't shouldn't hasn't haven't hadn't wouldn't couldn't no_longer unable impossible forbid forbidden "
    "prohibit "
    "prohibited ban banned refuse fails_to fail_to failed_to instead_of unless lack prevent exempt unnecessary refused "
    "refuses decline_to turn_down turned_down turns_down reject rejected skip skips skipped hinder hinders "
    "不 没有 没 未 无 非 勿 别 毋 不可 不得 不能 不会 不要 不必 不须 不需 无须 无需 毋须 禁止 严禁 不准 不予 尚未 未曾 "
    "并未 并非 不再 停收 拒收 拒绝 "
    "不应 不宜 不用 免 无法 不是 不在 没办法";

/// Look like negations and are none.
inline constexpr std::string_view not_negations =
    "not_only no._ 不然 别的 别人 特别 个别 分别 性别 级别 类别 区别 识别 告别 别墅 不可抗力 不完 免费 免疫 未婚 无名 "
    "不错 "
    "不幸 不满 未满 不到 不超过 不高于 不低于 不少于 不同 不少 不但 不仅 不论 无论 不限 不锈钢 不过 无线 非常 未来 "
    "除非 不明 差不多 是否 能否 无尘 不断 "
    "不久 不动产 不良 不足 不只 无人机 非研发";

/// State nothing by themselves.
inline constexpr std::string_view light_words =
    "a an the this that these those there here it its they them their he she his her him we you your our us i my one "
    "ones "
    "be is are was were been being am do does did done have has had having will would shall should may might can could "
    "must need get gets got give gives given take takes taken make makes made go goes come comes put let "
    "of in on at to from for by as into onto per than then so such also only just even still already yet now currently "
    "both each every all any some other others own same about around approximately roughly nearly exactly according "
    "up out off down and or if which who whom whose what when where how why because while during through between among "
    "within upon via plus too very much many several various certain specific respectively accordingly therefore thus "
    "however instead well possible necessary available use used using apply applies applied carry set sets mean means "
    "say says said state states stated mention mentioned include includes included provide provides provided state "
    "amount amounts number total time times case cases thing things way kind type person people member members "
    "be_able_to has_been have_been had_been is_done remain remains become becomes became itself themselves himself "
    "passage document documents answer question user extra additional further another employee employees staff worker "
    "workers "
    "everybody everyone anybody anyone personnel receive receives received obtain obtains obtained send sends sent "
    "allow "
    "allows allowed permit permits permitted require requires required need needs needed grant grants granted entitled "
    "last lasts lasted cause causes caused held happen happened occur occurs occurred take_place takes_place "
    "stay stays kept belong belongs represent represents consist consists apply call calls called note "
    "day days week weeks month months year years hour hours minute minutes percent euro euros "
    "员工 同仁 职员 人员 发生 举行 造成 导致 允许 准许 收到 领取 得到 获得 给予 提供 "
    "的 了 在 是 于 之 者 也 及 与 和 或 并 且 将 会 就 把 被 从 到 至 自 以 为 其 此 这 那 有 等 都 则 即 而 但 又 还 "
    "只 只有 仅 才 更 最 很 "
    "对 向 由 给 让 使 所 该 各 每 个 位 名 人 时 时候 期间 时间 如果 若 假如 因为 所以 因此 因 由于 以及 并且 或者 "
    "可以 可 能 应 应该 "
    "须 需 需要 必须 要 请 得 进行 表示 规定 根据 依据 按照 依照 关于 有关 方面 情况 活动 目前 已 已经 约 大约 左右 共 "
    "总共 一共 这项 此项 "
    "上 下 中 里 内 外 前 后 间 去 来 做 作 为期 期 天 日 月 年 号 之间 以 同时 同 时间 另外 另 再 当 "
    "参加 使用 采用 作为 成为 属于 包括 包含 订 订为 定为 定 订于 为止 开始 起 一 两 用 说 称 指 指出 它 它们 他 她 "
    "他们 您 你 我们 本 我 "
    "其他 其它 全部 所有 相关 部分 方式 内容 部份 骑 开 搭 搭乘 请假 自己 的话 即可 就会 后续 之内 时间点 皆 均 仍 "
    "仍然 仍是 "
    "have_to has_to had_to today evidence_that proof_that sign_that indication_that guarantee_that 他的 她的 它的 "
    "他们的 我们的 其中 先 同事 子 儿 们 进 出 来 去 把 后续 超 完 了 着 过 "
    "好了 大概 常常 这个 那个 就是 才 跟 "
    "小时 分钟 公斤 元 次 台 座 份 件 项 笔 组 只要 一样 一起 一次 每次 要求 收费 需付 需要付";

/// Begin another clause.
/// May stand in a sentence without standing in its evidence: verbs, adverbs and turns of speech that everybody uses.
/// The wrong one of them is seldom what makes a sentence false.
inline constexpr std::string_view soft_words =
    "accept achieve act add added agree aim appear arrange ask assign attend begin begun bring brought build buy carry "
    "change choose "
    "claim collect come comply conduct confirm connect contain continue contribute cost count cover create deal decide "
    "define "
    "depend describe determine develop do done draw drive eat enable end ensure enter exist expect explain face fall "
    "feel fill find "
    "finish follow found get give go going grow handle happen have help hit hold hope identify improve indicate inform "
    "install intend introduce involve "
    "issue join keep kept know lead learn leave let lie like list live look maintain make manage mark mean meet "
    "mention move named "
    "note obtain occur offer operate order organise organize own pass perform place plan play prepare present proceed "
    "produce "
    "protect prove provide publish put raise read realise recommend record refer regard relate rely remain remember "
    "request respond "
    "result return ran run save see seem seen select serve set share should sign sit speak spend spent stand start "
    "state stay stick stop store "
    "submit suggest supply support suppose take talk tell tend think track treat try turn understand undergo undertake "
    "update use visit wait "
    "want watch wish work write written wrote contribute valid responsible able likely entire entirely whole overall "
    "specifically simply "
    "together back thanks option optional possible previously recently originally directly separately immediately soon "
    "once again away ahead "
    "instead else ever first finally later meanwhile moreover furthermore additionally consequently particular "
    "particularly especially "
    "usually normally typically altogether apart aside along around beforehand afterwards roughly total "
    "amount level rate order "
    "fact way part kind sort form basis respect regard purpose result event case example instance detail details "
    "addition "
    "透过 藉由 通过 经由 设定 设置 费用 办理 处理 进行 负责 安排 完成 达成 选择 挑选 点选 输入 填写 安装 准备 取得 "
    "领取 支付 缴纳 缴交 归还 返还 携带 "
    "前往 参与 出席 加入 表示 说明 指出 认为 建议 希望 计划 打算 预定 预计 决定 确认 检查 注意 记得 避免 防止 确保 "
    "维持 保持 成立 设立 建立 制定 订定 修改 修正 调整 "
    "更新 发布 公布 发现 找到 看到 知道 了解 使用者 之内 以内 之中 当中 其中 此外 另外 同时 首先 最后 然后 接着 随后 "
    "立即 马上 尽快 尽速 直接 分别 特别 尤其 主要 "
    "大约 大概 差不多 通常 一般 平常 经常 常常 往往 总是 全部 完全 整个 每个 任何 某些 相关 有关 对于 关于 至于 由于 "
    "因为 所以 因此 如果 假如 若是 只要 除了 "
    "为了 以便 例如 比如 包括 包含 属于 位于 成为 作为 变成 算是 称为 叫做 等等 而已 的话 时候 期间 阶段 部分 方面 "
    "内容 方式 方法 情况 状况 原则上 基本上 "
    "金额 数量 数字 比例 时间 日期 地点 对象 人员 单位 项目 事项 规则 规定 限制 条件 标准 需要 必须 应该 应当 可以 "
    "能够 可能 得以 不得 会 将 要 想 让 使 叫 请 "
    "came went stood held bore bears felt left won kept made meant paid sent told took thought fell grew brought "
    "bought taught caught lost met ran sat spoke spent wore wrote beside besides beneath near next behind across "
    "against along among around inside outside underneath throughout towards toward regarding concerning maximum "
    "minimum due new "
    "advance trigger triggers via thereby total_of whom 喜欢 爱 目前 现在 以来 其间 超过 未来 骑 开 搭 去 来 做 放 拿 "
    "送 寄 带 穿 写 看 说 问 找 买 卖 修 领 付 交 收 等 住 吃 喝 坐 站 走 跑 回 到 过 起 出 进 "
    "上 下 加 减 分 合 共 仅 只 再 又 还 也 都 才 就 便 即 "
    "生 拨 打 点 按 选 填 印 贴 挂 装 拆 洗 擦 取 存 信 里 那边 这里 今 该 多 少 好 够 提前 供 办 设 订 排 派 跟 同 替 "
    "帮 每一";

/// Begin another clause.
inline constexpr std::string_view clause_words =
    "but because when whenever if unless while whereas although though which who that where until before after "
    "provided_that "
    "so_that and_are and_is and_not and_never and_do and_does and_was and_were and_can and_may and_must and_will "
    "and_has "
    "and_have and_they and_it and_you and_shall and_cannot or_not instead_of rather_than";

}  // namespace cairn::checking
